package trade

import (
	"math/big"
	"strings"
)

// Unit is a unit code of UN/ECE Recommendation 20, packed: up to three characters stand as they are, a longer text as a
// hash of it. 0 stands for none given.
type Unit uint32

const unitHashed = 1 << 31

// UnitOf packs a code as a document writes it; case and blanks round it don't matter.
func UnitOf(code string) Unit {
	code = strings.ToUpper(strings.TrimSpace(code))
	if len(code) > 3 {
		return Unit(uint32(hashText(hashStart, code)) | unitHashed)
	}
	var packed Unit
	for i := range len(code) {
		packed = packed<<8 | Unit(code[i])
	}
	return packed
}

// String is the code; "" for none, "other" for a text that is longer than any code.
func (u Unit) String() string {
	if u&unitHashed != 0 {
		return "other"
	}
	var text [3]byte
	n := 0
	for shift := 16; shift >= 0; shift -= 8 {
		if b := byte(u >> shift); b != 0 {
			text[n] = b
			n++
		}
	}
	return string(text[:n])
}

// MarshalText gives the code.
func (u Unit) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// Dimension is what a unit measures. Units of one dimension convert into one another exactly.
type Dimension uint8

// The dimensions. Days, weeks and months of work are no multiples of hours, nor of one another: how many hours make a
// day is a term of the contract.
const (
	NoDimension Dimension = iota // an unknown code: it compares with itself only
	Count
	Mass
	Length
	Area
	Volume
	Time
	Day
	Week
	Month
	Energy
	Power
	Data
	Effort // jobs, activities, lump sums: each of them its own
)

var dimensionNames = [...]string{"", "count", "mass", "length", "area", "volume", "time", "day", "week", "month", "energy", "power", "data", "effort"}

// String is the name used in API and documentation.
func (d Dimension) String() string { return dimensionNames[d] }

// measure is a unit as an exact ratio of its dimension's base unit. Effort has no ratios.
type measure struct {
	dimension              Dimension
	numerator, denominator int64
}

// KnownUnit is a row of the table of units.
type KnownUnit struct {
	Code                   string
	Name                   string
	Dimension              Dimension
	Numerator, Denominator int64 // of the base unit of the dimension
}

const (
	thousand = 1_000
	million  = 1_000_000
	billion  = 1_000_000_000
	trillion = 1_000_000_000_000
)

// Units are the codes that convert. The codes and names are those of UN/ECE Recommendation 20. Ratios to the
// base unit are exact by definition: decimal multiples; the pound of 0.45359237 kg and the yard of 0.9144 m (International
// Yard and Pound Agreement of 1959); the gallon of 231 cubic inches and that of 4.54609 l (Weights and Measures Act 1985).
// Where Recommendation 20 prints a rounded factor, the definition stands here.
var Units = []KnownUnit{
	{"C62", "one", Count, 1, 1}, {"EA", "each", Count, 1, 1}, {"H87", "piece", Count, 1, 1}, {"NAR", "number of articles", Count, 1, 1},
	{"PR", "pair", Count, 2, 1}, {"NPR", "number of pairs", Count, 2, 1}, {"DZN", "dozen", Count, 12, 1}, {"DPC", "dozen piece", Count, 12, 1},
	{"SCO", "score", Count, 20, 1}, {"TPR", "ten pair", Count, 20, 1}, {"DPR", "dozen pair", Count, 24, 1}, {"CEN", "hundred", Count, 100, 1},
	{"HC", "hundred count", Count, 100, 1}, {"GRO", "gross", Count, 144, 1}, {"MIL", "thousand", Count, thousand, 1},
	{"T3", "thousand piece", Count, thousand, 1}, {"GGR", "great gross", Count, 1728, 1}, {"MIO", "million", Count, million, 1},

	{"KGM", "kilogram", Mass, 1, 1}, {"MC", "microgram", Mass, 1, billion}, {"MGM", "milligram", Mass, 1, million}, {"CTM", "metric carat", Mass, 2, 10_000},
	{"GRM", "gram", Mass, 1, thousand}, {"DJ", "decagram", Mass, 1, 100}, {"HGM", "hectogram", Mass, 1, 10}, {"DTN", "decitonne", Mass, 100, 1},
	{"TNE", "tonne", Mass, thousand, 1}, {"KTN", "kilotonne", Mass, million, 1}, {"GRN", "grain", Mass, 6_479_891, 100 * billion},
	{"ONZ", "ounce (avoirdupois)", Mass, 45_359_237, 16 * 100_000_000}, {"APZ", "troy ounce", Mass, 311_034_768, 10 * billion},
	{"LBT", "troy pound", Mass, 3_732_417_216, 10 * billion}, {"LBR", "pound", Mass, 45_359_237, 100_000_000},
	{"STI", "stone", Mass, 14 * 45_359_237, 100_000_000}, {"CWA", "hundredweight (US)", Mass, 45_359_237, million},
	{"CWI", "hundredweight (UK)", Mass, 112 * 45_359_237, 100_000_000}, {"STN", "ton (US)", Mass, 2_000 * 45_359_237, 100_000_000},
	{"LTN", "ton (UK)", Mass, 2_240 * 45_359_237, 100_000_000},

	{"MTR", "metre", Length, 1, 1}, {"LM", "linear metre", Length, 1, 1}, {"C45", "nanometre", Length, 1, billion}, {"4H", "micrometre", Length, 1, million},
	{"MMT", "millimetre", Length, 1, thousand}, {"CMT", "centimetre", Length, 1, 100}, {"DMT", "decimetre", Length, 1, 10}, {"A45", "decametre", Length, 10, 1},
	{"HMT", "hectometre", Length, 100, 1}, {"KMT", "kilometre", Length, thousand, 1}, {"INH", "inch", Length, 254, 10_000}, {"FOT", "foot", Length, 3_048, 10_000},
	{"YRD", "yard", Length, 9_144, 10_000}, {"AK", "fathom", Length, 18_288, 10_000}, {"X1", "Gunter's chain", Length, 201_168, 10_000},
	{"SMI", "mile (statute mile)", Length, 1_609_344, thousand}, {"NMI", "nautical mile", Length, 1_852, 1},

	{"MTK", "square metre", Area, 1, 1}, {"MMK", "square millimetre", Area, 1, million}, {"CMK", "square centimetre", Area, 1, 10_000},
	{"DMK", "square decimetre", Area, 1, 100}, {"ARE", "are", Area, 100, 1}, {"HAR", "hectare", Area, 10_000, 1}, {"KMK", "square kilometre", Area, million, 1},
	{"INK", "square inch", Area, 64_516, 100_000_000}, {"FTK", "square foot", Area, 9_290_304, 100_000_000}, {"YDK", "square yard", Area, 83_612_736, 100_000_000},

	{"MTQ", "cubic metre", Volume, 1, 1}, {"MMQ", "cubic millimetre", Volume, 1, billion}, {"CMQ", "cubic centimetre", Volume, 1, million},
	{"DMQ", "cubic decimetre", Volume, 1, thousand}, {"MLT", "millilitre", Volume, 1, million}, {"CLT", "centilitre", Volume, 1, 100_000},
	{"DLT", "decilitre", Volume, 1, 10_000}, {"LTR", "litre", Volume, 1, thousand}, {"A44", "decalitre", Volume, 1, 100}, {"HLT", "hectolitre", Volume, 1, 10},
	{"K6", "kilolitre", Volume, 1, 1}, {"MAL", "megalitre", Volume, thousand, 1}, {"INQ", "cubic inch", Volume, 16_387_064, trillion},
	{"FTQ", "cubic foot", Volume, 28_316_846_592, trillion}, {"YDQ", "cubic yard", Volume, 764_554_857_984, trillion},
	{"OZA", "fluid ounce (US)", Volume, 231 * 16_387_064, 128 * trillion}, {"PTL", "liquid pint (US)", Volume, 231 * 16_387_064, 8 * trillion},
	{"QTL", "liquid quart (US)", Volume, 231 * 16_387_064, 4 * trillion}, {"GLL", "gallon (US)", Volume, 231 * 16_387_064, trillion},
	{"BLL", "barrel (US)", Volume, 42 * 231 * 16_387_064, trillion}, {"OZI", "fluid ounce (UK)", Volume, 454_609, 160 * 100_000_000},
	{"PTI", "pint (UK)", Volume, 454_609, 8 * 100_000_000}, {"QTI", "quart (UK)", Volume, 454_609, 4 * 100_000_000},
	{"GLI", "gallon (UK)", Volume, 454_609, 100_000_000}, {"BUI", "bushel (UK)", Volume, 8 * 454_609, 100_000_000},

	{"SEC", "second", Time, 1, 1}, {"B98", "microsecond", Time, 1, million}, {"C26", "millisecond", Time, 1, thousand},
	{"MIN", "minute", Time, 60, 1}, {"HUR", "hour", Time, 3_600, 1},
	{"DAY", "day", Day, 1, 1}, {"WEE", "week", Week, 1, 1},
	{"MON", "month", Month, 1, 1}, {"QAN", "quarter (of a year)", Month, 3, 1}, {"SAN", "half year", Month, 6, 1}, {"ANN", "year", Month, 12, 1},

	{"JOU", "joule", Energy, 1, 1}, {"KJO", "kilojoule", Energy, thousand, 1}, {"3B", "megajoule", Energy, million, 1}, {"GV", "gigajoule", Energy, billion, 1},
	{"WHR", "watt hour", Energy, 3_600, 1}, {"KWH", "kilowatt hour", Energy, 3_600 * thousand, 1}, {"MWH", "megawatt hour", Energy, 3_600 * million, 1},
	{"GWH", "gigawatt hour", Energy, 3_600 * billion, 1},

	{"WTT", "watt", Power, 1, 1}, {"KWT", "kilowatt", Power, thousand, 1}, {"MAW", "megawatt", Power, million, 1},

	{"AD", "byte", Data, 1, 1}, {"2P", "kilobyte", Data, thousand, 1}, {"4L", "megabyte", Data, million, 1}, {"E34", "gigabyte", Data, billion, 1},
	{"E35", "terabyte", Data, trillion, 1},

	{"LS", "lump sum", Effort, 0, 0}, {"E48", "service unit", Effort, 0, 0}, {"ACT", "activity", Effort, 0, 0}, {"E51", "job", Effort, 0, 0},
}

var measures = func() map[Unit]measure {
	table := make(map[Unit]measure, len(Units))
	for _, u := range Units {
		code := UnitOf(u.Code)
		if _, twice := table[code]; twice {
			panic("trade: unit " + u.Code + " stands twice in the table")
		}
		table[code] = measure{u.Dimension, u.Numerator, u.Denominator}
	}
	return table
}()

// Dimension is what the unit measures.
func (u Unit) Dimension() Dimension { return measures[u].dimension }

// Service tells whether work is measured in this unit: time, jobs, lump sums.
func (u Unit) Service() bool {
	switch u.Dimension() {
	case Time, Day, Week, Month, Effort:
		return true
	}
	return false
}

// Converts tells whether a quantity in one unit says something about one in the other: the same code, two of one
// dimension, or one of them not given.
func (u Unit) Converts(to Unit) bool {
	if u == to || u == 0 || to == 0 {
		return true
	}
	from, into := measures[u], measures[to]
	return from.dimension == into.dimension && from.numerator != 0 && into.numerator != 0
}

// In gives a quantity of one unit in another, in exact arithmetic, rounded half away from zero to a millionth. It is not
// ok where the units don't convert or the result is too large to hold. A unit that is not given counts as the other.
func (q Quantity) In(of, to Unit) (converted Quantity, ok bool) {
	if of == to || of == 0 || to == 0 {
		return q, true
	}
	if !of.Converts(to) {
		return 0, false
	}
	from, into := measures[of], measures[to]
	value, ok := ratio(int64(q), [2]int64{from.numerator, into.denominator}, [2]int64{from.denominator, into.numerator})
	if !ok || Quantity(value) > quantitySumMax || Quantity(value) < -quantitySumMax {
		return 0, false
	}
	return Quantity(value), true
}

// Per gives the price of one unit as the price of another: inversely to quantities, and rounded alike.
func (p UnitPrice) Per(of, to Unit) (converted UnitPrice, ok bool) {
	if of == to || of == 0 || to == 0 {
		return p, true
	}
	if !of.Converts(to) {
		return 0, false
	}
	from, into := measures[of], measures[to]
	value, ok := ratio(int64(p), [2]int64{from.denominator, into.numerator}, [2]int64{from.numerator, into.denominator})
	return UnitPrice(value), ok && value <= int64(quantitySumMax)
}

// ratio is value times two numbers over two others (positive), rounded half away from zero.
func ratio(value int64, over, under [2]int64) (int64, bool) {
	product := func(a, b int64) *big.Int { return new(big.Int).Mul(big.NewInt(a), big.NewInt(b)) }
	numerator := new(big.Int).Mul(big.NewInt(value), product(over[0], over[1]))
	denominator := product(under[0], under[1])
	numerator.Lsh(numerator, 1)
	if value < 0 {
		numerator.Sub(numerator, denominator)
	} else {
		numerator.Add(numerator, denominator)
	}
	numerator.Quo(numerator, denominator.Lsh(denominator, 1))
	return numerator.Int64(), numerator.IsInt64()
}
