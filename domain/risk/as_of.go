package risk

// AsOf takes away the facts that a later edition has brought: an edition is asked on what was gathered for it, so that a decision taken again is that
// which was made.
func (f *Facts) AsOf(e Edition) {
	const sharesSince = 4 // what is past due by its age, and what sellers have lost of a year's financings
	if e >= sharesSince {
		return
	}
	f.BuyerOpen, f.BuyerPastDue, f.BuyerPastDue30, f.BuyerPastDue90 = 0, 0, 0, 0
	f.SellerFinanced, f.SellerLost = 0, 0
}
