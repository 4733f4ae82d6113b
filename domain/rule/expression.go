package rule

import (
	"math"

	"millrace/domain/calendar"
	"millrace/domain/money"
)

// Kind is the kind of a value in an expression. Every value is an int64.
type Kind uint8

// The kinds. Their numbers are stored.
const (
	Int     Kind = 1 // a whole number
	Bool    Kind = 2 // 0 or 1
	EnumOf  Kind = 3 // one of the values of an Enum
	Date    Kind = 4 // days since 1970-01-01, as calendar.Date
	Money   Kind = 5 // minor units of the currency that the facts name
	Percent Kind = 6 // parts per million, as money.Rate
)

var kindNames = [...]string{"unknown", "int", "bool", "enum", "date", "money", "percent"}

// String is the name used in API and reference pages.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return kindNames[0]
}

// MarshalText gives the name.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Type is a kind and, where that is EnumOf, the name of the enumeration.
type Type struct {
	Kind Kind   `cbor:"1,keyasint" json:"kind"`
	Enum string `cbor:"2,keyasint,omitempty" json:"enum,omitempty"`
}

// String is the enumeration's name, or the kind's.
func (t Type) String() string {
	if t.Kind == EnumOf {
		return t.Enum
	}
	return t.Kind.String()
}

// The enumerations whose names follow from their values: ISO 4217 by numeric code (money.Currency), ISO 3166-1 by
// CountryValue. Programs don't store their names.
const (
	CurrencyEnum = "currency"
	CountryEnum  = "country"
)

// CountryValue is the value of an ISO 3166-1 alpha-2 code: its letters as digits of base 27, A counting 1; 0 for what has
// not that form.
func CountryValue(code string) int64 {
	if len(code) != 2 || code[0] < 'A' || code[0] > 'Z' || code[1] < 'A' || code[1] > 'Z' {
		return 0
	}
	return int64(code[0]-'A'+1)*27 + int64(code[1]-'A'+1)
}

// CountryCode is the inverse of CountryValue; "" for any other value.
func CountryCode(value int64) string {
	if value < 0 || value > 26*27+26 || value/27 == 0 || value%27 == 0 {
		return ""
	}
	return string([]byte{byte('A' + value/27 - 1), byte('A' + value%27 - 1)})
}

// Unknown is the value of a fact that nobody knows. An expression that needs it ends with FactUnknown.
const Unknown int64 = math.MinInt64

// BlankFacts gives facts for numbers up to the greatest, none of them known.
func BlankFacts(greatest uint16) []int64 {
	facts := make([]int64, int(greatest)+1)
	for i := range facts {
		facts[i] = Unknown
	}
	return facts
}

// Fact is something that an expression can look at: it stands in the facts at its number. A number keeps its meaning for
// ever.
type Fact struct {
	Number uint16 `cbor:"1,keyasint" json:"number"` // 1 to FactNumberMax
	Name   string `cbor:"2,keyasint" json:"name"`
	Type   Type   `cbor:"3,keyasint" json:"type"`
}

// Named is one value of an enumeration.
type Named struct {
	Value int64  `cbor:"1,keyasint" json:"value"`
	Name  string `cbor:"2,keyasint" json:"name"`
}

// Enum is an enumeration: distinct values with distinct names.
type Enum struct {
	Name   string  `cbor:"1,keyasint" json:"name"`
	Values []Named `cbor:"2,keyasint" json:"values"`
}

// Constant is a value written in an expression. An amount that is not zero names its currency.
type Constant struct {
	Type     Type           `cbor:"1,keyasint"`
	Value    int64          `cbor:"2,keyasint"`
	Currency money.Currency `cbor:"3,keyasint,omitempty"`
}

// Op is what one instruction does. Operands are taken from the stack, the last one first; the result is put there.
type Op uint8

// The operations. Their numbers are stored.
const (
	OpConstant       Op = 1  // puts Constants[Operand]
	OpFact           Op = 2  // puts the fact Facts[Operand]
	OpNot            Op = 3  // bool
	OpNegate         Op = 4  // int, money, percent
	OpAdd            Op = 5  // int, money, percent
	OpSubtract       Op = 6  // int, money, percent
	OpMultiply       Op = 7  // int by int; money by int in either order
	OpDivide         Op = 8  // int, towards zero
	OpRemainder      Op = 9  // int, with the sign of what is divided
	OpShare          Op = 10 // money by percent in either order, rounded half up away from zero
	OpRatio          Op = 11 // of two amounts, or two ints, as percent, rounded half up away from zero
	OpAddDays        Op = 12 // date and int
	OpSubtractDays   Op = 13 // date and int
	OpDaysBetween    Op = 14 // first date to second, first day in and last day out
	OpMinimum        Op = 15 // int, money, percent, date
	OpMaximum        Op = 16
	OpEqual          Op = 17 // two values of one type
	OpNotEqual       Op = 18
	OpLess           Op = 19 // int, money, percent, date
	OpLessOrEqual    Op = 20
	OpGreater        Op = 21
	OpGreaterOrEqual Op = 22
	OpIn             Op = 23 // whether the value is one of Count constants from Constants[Operand] on
	OpAnd            Op = 24 // false: keeps it and goes to Operand; true: drops it and goes on
	OpOr             Op = 25 // true: keeps it and goes to Operand; false: drops it and goes on
	OpBranch         Op = 26 // takes a bool; false: goes to Operand
	OpJump           Op = 27 // goes to Operand: ends the first arm of a branch
)

// Instruction is one step of a program.
type Instruction struct {
	Op      Op     `cbor:"1,keyasint"`
	Operand uint16 `cbor:"2,keyasint,omitempty"`
	Count   uint16 `cbor:"3,keyasint,omitempty"`
}

// Form is the number of the form in which programs are written today.
const Form = 1

// The bounds of a program.
const (
	CodeMax       = 512 // instructions
	ConstantsMax  = 512
	FactsUsedMax  = 64
	FactNumberMax = 255
	EnumValuesMax = 64
	StackMax      = 32 // values at a time
	NameBytesMost = 64 // of a fact or a value of an enumeration
)

// Program is an expression over facts in a form to be stored: instructions of a stack machine without loops, and the names
// by which people know what it looks at. Valid must have passed before it is evaluated.
type Program struct {
	Form      uint8         `cbor:"1,keyasint"`
	Result    Type          `cbor:"2,keyasint"`
	Facts     []Fact        `cbor:"3,keyasint,omitempty"` // that it uses, by number
	Enums     []Enum        `cbor:"4,keyasint,omitempty"` // of these facts, save currency and country
	Constants []Constant    `cbor:"5,keyasint,omitempty"`
	Code      []Instruction `cbor:"6,keyasint"`
	Currency  uint16        `cbor:"7,keyasint,omitempty"` // number of the fact that says in which currency amounts are; 0 where none is looked at
}

// Fault is why a program gave no value.
type Fault uint8

// The faults. Each of them means that a person must look.
const (
	NoFault        Fault = iota
	Overflow             // a number left 64 bits, or a date the years 1 to 9999
	DivisionByZero       //
	FactUnknown          // a fact that was needed is not known
	OtherCurrency        // an amount written in the expression is in another currency than the facts
)

var faultNames = [...]string{"none", "overflow", "division_by_zero", "fact_unknown", "other_currency"}

// String is the name used in API and console.
func (f Fault) String() string {
	if int(f) < len(faultNames) {
		return faultNames[f]
	}
	return "unknown"
}

// MarshalText gives the name.
func (f Fault) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// Verdict is Pass for no fault and Refer for any.
func (f Fault) Verdict() Verdict {
	if f == NoFault {
		return Pass
	}
	return Refer
}

// enum finds the names of an enumeration; nil for one whose names are not stored.
func (p *Program) enum(name string) *Enum {
	for i := range p.Enums {
		if p.Enums[i].Name == name {
			return &p.Enums[i]
		}
	}
	return nil
}

// nameOf is the name of a value of an enumeration; "" where it has none.
func (p *Program) nameOf(enum string, value int64) string {
	switch enum {
	case CurrencyEnum:
		if value > 0 && value <= math.MaxUint16 && money.Currency(value).Known() {
			return money.Currency(value).String()
		}
		return ""
	case CountryEnum:
		return CountryCode(value)
	}
	if e := p.enum(enum); e != nil {
		for _, named := range e.Values {
			if named.Value == value {
				return named.Name
			}
		}
	}
	return ""
}

func dateExists(value int64) bool {
	return value >= int64(calendar.DateMin) && value <= int64(calendar.DateMax)
}
