package bank

// problems gives what the bank has sent and nobody can book, for a person; a new one is logged.
func (c *Connection) problems() []Break {
	var found []Break
	now := map[Problem]bool{}
	for _, p := range c.options.Adapter.Problems() {
		if now[p] = true; !c.told[p] {
			c.options.Logger.Error("what the bank sent can't be booked", "custodian", c.options.Custodian.String(), "file", p.File, "code", p.Code, "sentence", p.Sentence)
		}
		found = append(found, Break{File: p.File, Account: p.Account, Code: p.Code, Sentence: p.Sentence})
	}
	c.told = now
	return found
}
