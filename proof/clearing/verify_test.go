package clearing

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"
	"testing"
)

// files are a list, its result and its certificate; HASH stands for that of the list.
type files struct{ list, result, certificate string }

// circle is the graph in which setting off the pair a, b first clears 20 where 40 can be cleared, and a debt of d to itself.
var circle = files{
	list: "debtor,creditor,amount,id\na,b,0.10,1\nb,a,0.1,2\na,c,0.10,\"3\n\"\n\nc,d,0.10,4\nd,b,0.10,5\nd,d,0.01,6\n",
	result: "line,id,amount,cleared,left\n2,1,0.10,0.00,0.10\n3,2,0.10,0.10,0.00\n4,3,0.10,0.10,0.00\n7,4,0.10,0.10,0.00\n8,5,0.10,0.10,0.00\n" +
		"9,6,0.01,0.01,0.00\n",
	certificate: `{"format": "millrace-clearing-certificate/1", "program": "p", "input_sha256": "HASH", "rule": "oldest_first", "scale": 2, "firms": 4,
		"debts": 6, "debt": "0.51", "cleared": "0.41", "bound": "0.41", "optimal": true, "potentials": [["a", 2], ["b", 1], ["c", 1], ["d", 0]]}`,
}

// chain is a -> b -> c with cash of 6.
var chain = files{
	list:   "# a chain\na b 10\nb c 4\n",
	result: "line,id,amount,cleared,left\n2,,10,6,4\n3,,4,4,0\n",
	certificate: `{"format": "millrace-clearing-certificate/1", "program": "p", "input_sha256": "HASH", "rule": "proportional", "scale": 0, "firms": 3,
		"debts": 2, "debt": "14", "cleared": "10", "bound": "10", "optimal": true, "liquidity": "6", "cash": "6", "price": 1, "potentials": [["a", 1], ["b", 0], ["c", 0]]}`,
}

// limited is a -> b -> c, and a -> d -> e, of 10 each: a may draw 9, of which b, that can't keep any, passes on what it gets, and d may draw 2.
var limited = files{
	list:   "a b 10\na d 10\nb c 4\nd e 1\n",
	result: "line,id,amount,cleared,left\n1,,10,4,6\n2,,10,5,5\n3,,4,4,0\n4,,1,1,0\n",
	certificate: `{"format": "millrace-clearing-certificate/2", "program": "p", "input_sha256": "HASH", "rule": "oldest_first", "scale": 0, "firms": 5,
		"debts": 4, "debt": "25", "cleared": "14", "bound": "14", "optimal": true, "liquidity": "20", "cash": "9",
		"caps": [["a", "9"], ["d", "2"]], "passes_on": [["b"]], "potentials": [["a", 1], ["b", 0], ["c", 0], ["d", 0], ["e", 0]]}`,
}

func verify(f files) (Verified, error) {
	sum := sha256.Sum256([]byte(f.list))
	certificate := strings.Replace(f.certificate, "HASH", hex.EncodeToString(sum[:]), 1)
	return Verify(strings.NewReader(f.list), strings.NewReader(f.result), strings.NewReader(certificate))
}

func TestVerify(t *testing.T) {
	v, err := verify(circle)
	if err != nil || v.Firms != 4 || v.Debts != 6 || v.Scale != 2 || v.Cleared.Int64() != 41 || v.Debt.Int64() != 51 || v.Bound.Int64() != 41 || !v.Optimal || v.Cash.Sign() != 0 {
		t.Errorf("%+v %v", v, err)
	}
	v, err = verify(chain)
	if err != nil || v.Cash.Int64() != 6 || v.Cleared.Int64() != 10 || !v.Optimal {
		t.Errorf("%+v %v", v, err)
	}
	if v, err = verify(limited); err != nil || v.Cash.Int64() != 9 || v.Cleared.Int64() != 14 {
		t.Errorf("%+v %v", v, err)
	}
	// Not optimal, and not said to be.
	weak := circle
	weak.certificate = strings.NewReplacer(`["a", 2]`, `["a", 0]`, `["b", 1]`, `["b", 0]`, `["c", 1]`, `["c", 0]`, `"bound": "0.41"`, `"bound": "0.51"`, "true", "false").Replace(weak.certificate)
	if v, err = verify(weak); err != nil || v.Optimal {
		t.Errorf("%+v %v", v, err)
	}
}

// Sums that do not fit into 64 bits are right all the same.
func TestVerifyLargeNumbers(t *testing.T) {
	huge := new(big.Int).Exp(big.NewInt(10), big.NewInt(40), nil).String()
	f := files{
		list:   "a b " + huge + "\nb a " + huge + "\n",
		result: "line,id,amount,cleared,left\n1,," + huge + "," + huge + ",0\n2,," + huge + "," + huge + ",0\n",
		certificate: `{"format": "millrace-clearing-certificate/1", "program": "p", "input_sha256": "HASH", "rule": "oldest_first", "scale": 0, "firms": 2,
			"debts": 2, "debt": "2` + huge[1:] + `", "cleared": "2` + huge[1:] + `", "bound": "2` + huge[1:] + `", "optimal": true, "potentials": [["a", -3], ["b", -3]]}`,
	}
	if v, err := verify(f); err != nil || !v.Optimal {
		t.Errorf("%+v %v", v, err)
	}
}

// A packed list is hashed as it lies there, with whatever follows.
func TestVerifyPacked(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write([]byte(circle.list)) // a buffer takes all
	_ = z.Close()
	sum := sha256.Sum256(packed.Bytes())
	certificate := strings.Replace(circle.certificate, "HASH", hex.EncodeToString(sum[:]), 1)
	if _, err := Verify(bytes.NewReader(packed.Bytes()), strings.NewReader(circle.result), strings.NewReader(certificate)); err != nil {
		t.Error(err)
	}
}

// tampers change one thing each.
var tampers = []struct {
	of       files
	file     string
	old, new string
	at       string // the file that is blamed
	line     int
	says     string
}{
	{circle, FileInput, "a,b,0.10", "a,b,0.11", FileResult, 2, "the amount is 0.10, in the list it is 0.11"},
	{circle, FileInput, "c,d,", "c,e,", FileCertificate, 0, `no potential for the firm "e" of line 7`},
	{circle, FileInput, "a,b,", "d,b,", FileCertificate, 0, "it is for another list"},
	{circle, FileInput, "c,d,0.10,4\n", "", FileResult, 5, `the id is "4", in the list it is "5"`},
	{circle, FileInput, "0.01,6\n", "0.01,6\nd,a,1,7\n", FileResult, 0, "it ends before the debt of line 10"},
	{circle, FileInput, "b,a,0.1,2", "b,a,0.1x,2", FileInput, 3, `"0.1x" is no amount`},
	{circle, FileInput, "b,a,0.1,2", "b,a,-0.1,2", FileInput, 3, `"-0.1" is no amount`},
	{circle, FileInput, "b,a,0.1,2", "b,a,0.123,2", FileInput, 3, "has more than 2 decimals"},
	{circle, FileInput, "\na,b", "\n# a,b", FileCertificate, 0, `no potential for the firm "# a"`},

	{circle, FileResult, "2,1,0.10,0.00,0.10", "2,1,0.10,0.00,0.09", FileResult, 2, "0.10 less 0.00 is not 0.09"},
	{circle, FileResult, "2,1,0.10,0.00,0.10", "2,1,0.10,0.01,0.09", FileResult, 0, `the firm "a" does not balance: its debts fall by 0.01 more`},
	{circle, FileResult, "3,2,0.10,0.10,0.00", "3,2,0.10,0.11,0.00", FileResult, 3, "0.11 is cleared of a debt of 0.10"},
	{circle, FileResult, "3,2,0.10,0.10,0.00", "3,2,0.10,-0.10,0.20", FileResult, 3, `"-0.10" is no amount`},
	{circle, FileResult, "3,2,0.10", "3,2,0.20", FileResult, 3, "the amount is 0.20, in the list it is 0.1"},
	{circle, FileResult, "3,2,", "3,9,", FileResult, 3, `the id is "9", in the list it is "2"`},
	{circle, FileResult, "3,2,", "4,2,", FileResult, 3, "it is for line 4"},
	{circle, FileResult, "3,2,", "x,2,", FileResult, 3, `line is "x"`},
	{circle, FileResult, "3,2,0.10,0.10,0.00\n", "", FileResult, 3, "it is for line 4"},
	{circle, FileResult, "9,6,0.01,0.01,0.00\n", "", FileResult, 0, "it ends before the debt of line 9"},
	{circle, FileResult, "9,6,0.01,0.01,0.00\n", "9,6,0.01,0.01,0.00\n9,6,0.01,0.01,0.00\n", FileResult, 8, "more rows than the list has debts"},
	{circle, FileResult, "9,6,0.01,0.01,0.00", "9,6,0.01,0.00,0.01", FileCertificate, 0, "cleared is 0.41, but the lines come to 0.40"},

	{circle, FileCertificate, "HASH", strings.Repeat("0", 64), FileCertificate, 0, "it is for another list"},
	{circle, FileCertificate, "oldest_first", "newest_first", FileCertificate, 0, "is not known"},
	{circle, FileCertificate, `"scale": 2`, `"scale": 1`, FileInput, 9, "has more than 1 decimals"},
	{circle, FileCertificate, `"scale": 2`, `"scale": -1`, FileCertificate, 0, "scale is -1"},
	{circle, FileCertificate, `"firms": 4`, `"firms": 5`, FileCertificate, 0, "firms is 5, the list has 4"},
	{circle, FileCertificate, `"debts": 6`, `"debts": 7`, FileCertificate, 0, "debts is 7, the list has 6"},
	{circle, FileCertificate, `"debt": "0.51"`, `"debt": "0.52"`, FileCertificate, 0, "debt is 0.52, but the lines come to 0.51"},
	{circle, FileCertificate, `"cleared": "0.41"`, `"cleared": "0.40"`, FileCertificate, 0, "cleared is 0.40, but the lines come to 0.41"},
	{circle, FileCertificate, `"cleared": "0.41"`, `"cleared": ""`, FileCertificate, 0, `cleared "" is no amount`},
	{circle, FileCertificate, `"bound": "0.41"`, `"bound": "0.42"`, FileCertificate, 0, "bound is 0.42, but the lines come to 0.41"},
	{circle, FileCertificate, "true", "false", FileCertificate, 0, "optimal is false, but 0.41 is cleared and the bound is 0.41"},
	{circle, FileCertificate, `["a", 2]`, `["a", 1]`, FileCertificate, 0, "bound is 0.41, but the lines come to 0.51"},
	{circle, FileCertificate, `["a", 2], `, "", FileCertificate, 0, `no potential for the firm "a" of line 2`},
	{circle, FileCertificate, `["a", 2]`, `["a", 2], ["a", 2]`, FileCertificate, 0, `the firm "a" has two potentials`},
	{circle, FileCertificate, `["a", 2]`, `["a", 2], ["e", 2]`, FileCertificate, 0, `the firm "e" is not in the list`},
	{circle, FileCertificate, `"optimal"`, `"liquidity": "1", "cash": "0", "optimal"`, FileCertificate, 0, "bound is 0.41, but the lines come to 4.41"},
	{circle, FileCertificate, `"optimal"`, `"price": 1, "optimal"`, FileCertificate, 0, "it names cash or its price, but no liquidity"},
	{circle, FileCertificate, `"optimal"`, `"cash": "1", "optimal"`, FileCertificate, 0, "it names cash or its price, but no liquidity"},

	{chain, FileCertificate, `"liquidity": "6"`, `"liquidity": "5"`, FileResult, 0, "firms need cash of 6, but there is 5"},
	{chain, FileCertificate, `"liquidity": "6"`, `"liquidity": "7"`, FileCertificate, 0, "bound is 10, but the lines come to 11"},
	{chain, FileCertificate, `"liquidity": "6"`, `"liquidity": "x"`, FileCertificate, 0, `liquidity "x" is no amount`},
	{chain, FileCertificate, `"liquidity": "6", `, "", FileCertificate, 0, "it names cash or its price, but no liquidity"},
	{chain, FileCertificate, `"cash": "6"`, `"cash": "5"`, FileCertificate, 0, "cash is 5, but the lines come to 6"},
	{chain, FileCertificate, `"price": 1`, `"price": 2`, FileCertificate, 0, "bound is 10, but the lines come to 16"},
	{chain, FileCertificate, `"price": 1`, `"price": -1`, FileCertificate, 0, "the price is below zero"},
	{chain, FileCertificate, `["b", 0]`, `["b", -1]`, FileCertificate, 0, `the potential of "b" is below zero`},
	{chain, FileResult, "3,,4,4,0", "3,,4,3,1", FileCertificate, 0, "cleared is 10, but the lines come to 9"},

	{limited, FileCertificate, `["a", "9"]`, `["a", "8"]`, FileResult, 0, `the firm "a" needs cash of 9, but may draw 8`},
	{limited, FileCertificate, `["a", "9"], `, ``, FileResult, 0, `the firm "a" needs cash of 9, but may draw 0`},
	{limited, FileCertificate, `["a", "9"]`, `["a", "10"]`, FileCertificate, 0, "bound is 14, but the lines come to 15"},
	{limited, FileCertificate, `["d", "2"]`, `["f", "2"]`, FileCertificate, 0, `caps: the firm "f" is not in the list`},
	{limited, FileCertificate, `["d", "2"]`, `["a", "2"]`, FileCertificate, 0, `caps: the firm "a" is not in the list, or has two`},
	{limited, FileCertificate, `["d", "2"]`, `["d", "-2"]`, FileCertificate, 0, `caps: of the firm "d" "-2" is no amount`},
	{limited, FileCertificate, `["b"]`, `["b"], ["b"]`, FileCertificate, 0, `passes_on: the firm "b" is not in the list, or comes twice`},
	{limited, FileCertificate, `["b"]`, `["e"]`, FileResult, 0, `the firm "e" is left with cash of 1`},
	{limited, FileCertificate, `["b", 0]`, `["b", -1]`, FileCertificate, 0, "bound is 14, but the lines come to 18"},
	{limited, FileCertificate, `["c", 0]`, `["c", -1]`, FileCertificate, 0, `the potential of "c" is below zero`},
	{limited, FileCertificate, `"liquidity": "20", "cash": "9",`, "", FileCertificate, 0, "it says who may draw or keep cash, but names no liquidity"},
}

// malformed are files of another form, of which nothing can be said.
var malformed = []struct {
	file, old, new string
	line           int
}{
	{FileInput, "debtor,", "debitor,", 1},
	{FileInput, "b,a,0.1,2", "b,a,0.1", 3},
	{FileInput, "b,a,", "b\"x,a,", 3},
	{FileResult, "line,id", "row,id", 1},
	{FileResult, "3,2,0.10,0.10,0.00", "3,2,0.10,0.10", 3},
	{FileCertificate, "certificate/1", "certificate/3", 0},
	{FileCertificate, `"optimal": true, `, `"optimal": true, "caps": [], `, 0},
	{FileCertificate, `"optimal": true, `, `"optimal": true, "passes_on": [], `, 0},
	{FileCertificate, `"scale": 2`, `"scale": "2"`, 0},
	{FileCertificate, `["a", 2]`, `["a", 2.5]`, 0},
	{FileCertificate, `["a", 2]`, `["a"]`, 0},
	{FileCertificate, `["a", 2]`, `[1, 2]`, 0},
	{FileCertificate, `"optimal": true, `, "", 0},
	{FileCertificate, `"rule"`, `"rules"`, 0},
	{FileCertificate, "]]}", "]]} {}", 0},
	{FileCertificate, "]]}", "]]", 0},
}

func (f files) tamper(t *testing.T, file, old, new string) files {
	t.Helper()
	at := map[string]*string{FileInput: &f.list, FileResult: &f.result, FileCertificate: &f.certificate}[file]
	if !strings.Contains(*at, old) {
		t.Fatalf("%q is not in the %s", old, file)
	}
	*at = strings.Replace(*at, old, new, 1)
	return f
}

func TestTampering(t *testing.T) {
	hashed := func(f files) files {
		sum := sha256.Sum256([]byte(f.list))
		f.certificate = strings.Replace(f.certificate, "HASH", hex.EncodeToString(sum[:]), 1)
		return f
	}
	for i, row := range tampers {
		t.Run(fmt.Sprint(i, " ", row.file, " ", row.new), func(t *testing.T) {
			honest := row.of
			if row.file == FileInput {
				honest = hashed(honest)
			}
			_, err := verify(honest.tamper(t, row.file, row.old, row.new))
			var wrong *Fault
			if !errors.As(err, &wrong) || wrong.File != row.at || wrong.Line != row.line || !strings.Contains(wrong.Message, row.says) {
				t.Errorf("%v; want %s, line %d: %s", err, row.at, row.line, row.says)
			}
		})
	}
	for _, row := range malformed {
		_, err := verify(circle.tamper(t, row.file, row.old, row.new))
		var form *Unreadable
		if !errors.As(err, &form) || form.File != row.file || form.Line != row.line {
			t.Errorf("%s: %q: %v", row.file, row.new, err)
		}
	}
}

// FuzzVerify changes bytes of all three files: nothing but what adds up is verified.
func FuzzVerify(f *testing.F) {
	for _, one := range []files{circle, chain, limited} {
		f.Add(one.list, one.result, one.certificate)
	}
	f.Fuzz(func(t *testing.T, list, result, certificate string) {
		v, err := verify(files{list, result, certificate})
		if err != nil {
			return
		}
		if v.Cleared.Cmp(v.Debt) > 0 || v.Cleared.Cmp(v.Bound) > 0 || v.Optimal != (v.Cleared.Cmp(v.Bound) == 0) {
			t.Errorf("%+v", v)
		}
	})
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errBroken }

// A file that can't be read is not called wrong.
func TestBrokenFile(t *testing.T) {
	_, err := Verify(io.MultiReader(strings.NewReader(chain.list), broken{}), strings.NewReader(chain.result), strings.NewReader(chain.certificate))
	if !errors.Is(err, errBroken) {
		t.Error(err)
	}
}
