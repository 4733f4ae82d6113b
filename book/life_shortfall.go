package book

func (d *draft) liftStop(m *Measure, moved *MeasureMoved) *Rejection { return nil }
