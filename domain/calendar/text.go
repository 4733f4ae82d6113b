package calendar

import "fmt"

// MarshalText writes the date as String does, and the zero value as nothing.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return nil, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what MarshalText writes. Any other text is an error, and leaves the date as it was.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = 0
		return nil
	}
	read, ok := Parse(string(text))
	if !ok {
		return fmt.Errorf("%q is not a date of the form 2026-11-22", text)
	}
	*d = read
	return nil
}

// MarshalText writes the convention's name.
func (c DayCount) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads a name as String writes it; no text is no convention, and any other is an error.
func (c *DayCount) UnmarshalText(text []byte) error {
	return unmarshalName(c, text, ParseDayCount, "day count")
}

// MarshalText writes the calendar's name.
func (c Code) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads a name as String writes it; no text is no calendar, and any other is an error.
func (c *Code) UnmarshalText(text []byte) error {
	return unmarshalName(c, text, ParseCode, "business calendar")
}

// MarshalText writes the convention's name.
func (v Convention) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads a name as String writes it; no text is Unadjusted, and any other is an error.
func (v *Convention) UnmarshalText(text []byte) error {
	return unmarshalName(v, text, ParseConvention, "business-day convention")
}

func unmarshalName[T ~uint8](target *T, text []byte, parse func(string) (T, bool), noun string) error {
	if len(text) == 0 {
		*target = 0
		return nil
	}
	read, ok := parse(string(text))
	if !ok {
		return fmt.Errorf("%q is not a %s", text, noun)
	}
	*target = read
	return nil
}
