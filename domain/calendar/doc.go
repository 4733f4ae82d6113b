// Package calendar counts days: civil dates, day-count fractions and business calendars.
//
// A Date is a whole day without time of day or zone. Periods run first day in, last day out: from 1 to 4 March
// are three days, and interest for the day on which money comes back is not owed.
//
// A business calendar is dated data with a source and a range of validity. A date outside the range is NotCovered,
// which is neither open nor closed: whoever asks has to decide, and nothing here guesses. Records hold only the
// calendar's Code.
//
// Nothing in this package reads a clock; "today" is the book's business date and is passed in.
package calendar
