package id

var CheckCharacter = checkCharacter
