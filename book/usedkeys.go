package book

import "encoding/binary"

// keyLifeMicros is how long a repeat is recognised: 30 days of journal time.
const keyLifeMicros = 30 * 86_400 * 1_000_000

// usedKey is an idempotency key on its way into the table: one row takes all keys between two drains.
type usedKey struct {
	sequence uint64
	at       int64
	token    KeyToken
}

const usedKeyBytes = 8 + 8 + 16

func appendUsedKey(dst []byte, k usedKey) []byte {
	dst = binary.BigEndian.AppendUint64(dst, k.sequence)
	dst = binary.BigEndian.AppendUint64(dst, uint64(k.at))
	return append(dst, k.token[:]...)
}

func readUsedKey(stored []byte) usedKey {
	return usedKey{binary.BigEndian.Uint64(stored), int64(binary.BigEndian.Uint64(stored[8:])), KeyToken(stored[16:32])}
}

// usedKeys finds the entry that used a key. Two generations of 30 days each: a look-up asks both, and the older one goes
// when the younger is full of days. Whether a found key still counts is decided by the stamp of its entry, which is read
// from boundaries: the first sequence of every hour.
type usedKeys struct {
	young, old index
	began      int64 // stamp of the first key of the young generation
	hours      []hour
}

type hour struct {
	at    int64
	first uint64
}

const hourMicros = 3_600_000_000

func (k *usedKeys) put(token KeyToken, sequence uint64, at int64) {
	if k.young.count == 0 && k.old.count == 0 {
		k.began = at
	}
	if at-k.began >= keyLifeMicros {
		k.old, k.young, k.began = k.young, index{}, at
	}
	if n := len(k.hours); n == 0 || at-k.hours[n-1].at >= hourMicros {
		k.hours = append(k.hours, hour{at, sequence})
		for len(k.hours) > 1 && at-k.hours[1].at > 2*keyLifeMicros {
			k.hours = k.hours[1:]
		}
	}
	k.young.put(token, sequence)
}

func (k *usedKeys) get(token KeyToken, at int64) (uint64, bool) {
	sequence, found := k.young.get(token)
	if !found {
		sequence, found = k.old.get(token)
	}
	if !found {
		return 0, false
	}
	for i := len(k.hours) - 1; i >= 0; i-- {
		if k.hours[i].first <= sequence {
			return sequence, at-k.hours[i].at < keyLifeMicros+hourMicros
		}
	}
	return 0, false
}
