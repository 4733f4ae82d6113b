//go:build !linux

package main

// releaseProgram does nothing where the system does not tell which pages differ from the program's file.
func releaseProgram() {}
