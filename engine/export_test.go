package engine

import "time"

// OpenAnsweringEarly opens an engine that answers before the append: a mutant that tests must catch.
func OpenAnsweringEarly(options Options) (*Engine, error) {
	options.answerEarly = true
	return Open(options)
}

// MeasureDiskNow lets the next look at the disk measure it.
func (e *Engine) MeasureDiskNow() {
	e.guard.mutex.Lock()
	e.guard.next = time.Time{}
	e.guard.mutex.Unlock()
	e.guard.poll(time.Now())
}
