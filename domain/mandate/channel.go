package mandate

// Channel is the way by which a signed act came in.
type Channel uint8

// The channels.
const (
	API     Channel = 1 + iota // sent by the signing party's own machine
	Console                    // given at the signing party's own desk
	File                       // a signed file, relayed by the operator
)

var channelNames = [...]string{"", "api", "console", "file"}

// String is the name used in API and console; "" for none.
func (c Channel) String() string {
	if int(c) < len(channelNames) {
		return channelNames[c]
	}
	return "unknown"
}

// MarshalText gives the name.
func (c Channel) MarshalText() ([]byte, error) { return []byte(c.String()), nil }
