package duplicates

// MeasureChains is below.
func MeasureChains(dir string, seed uint64) (*TradesResult, error) { return nil, nil }
