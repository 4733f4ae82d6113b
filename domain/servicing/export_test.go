package servicing

// Portion is for tests.
var Portion = portion
