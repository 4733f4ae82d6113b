package epcis

import (
	"slices"
	"strconv"
	"strings"

	"millrace/edge/document"
	"millrace/edge/observation"
)

// Read reads the events of one file, in their order. The name is used in errors only. The error is *document.Error for a
// rejected file and *document.Unsupported for JSON that is of another type. Read never panics, whatever the input, and may
// be called concurrently.
func Read(name string, input []byte, limits observation.Limits) ([]observation.Observation, error) {
	r := reader{input: observation.WithoutMark(input), limits: limits.WithDefaults()}
	root, failed := observation.ParseJSON(r.input, r.limits)
	if failed == nil {
		unsupported := r.read(root)
		if unsupported != "" {
			return nil, &document.Unsupported{File: name, Type: unsupported}
		}
		failed = r.failed
	}
	if failed != nil {
		failed.File = name
		return nil, failed
	}
	return r.events, nil
}

// Recognises tells whether a value, the whole of a file, is of a type that Read reads.
func Recognises(root *observation.Value) bool {
	kind := root.Member("type")
	return kind != nil && kind.Shape == observation.Text && (kind.Text == "EPCISDocument" || kind.Text == "EPCISQueryDocument" || eventTypes[kind.Text] != nil)
}

// reader takes events from a file until something fails.
type reader struct {
	input  []byte
	limits observation.Limits
	events []observation.Observation
	failed *document.Error
}

// fail keeps the first error; path is where, and v what was found there.
func (r *reader) fail(code, path string, v *observation.Value) {
	if r.failed == nil {
		r.failed = Codes.Failure(code, observation.LineAt(r.input, v.From), path, r.written(v))
	}
}

// written is what stands in the file: a text as meant, anything else as written.
func (r *reader) written(v *observation.Value) string {
	switch v.Shape {
	case observation.Text:
		return v.Text
	case observation.Object, observation.List:
		return ""
	}
	return string(r.input[v.From:v.To])
}

// missing says that an object lacks a member.
func (r *reader) missing(path, name string, of *observation.Value) {
	if r.failed == nil {
		r.failed = Codes.Failure("member_missing", observation.LineAt(r.input, of.From), below(path, name), "")
	}
}

func below(path, name string) string {
	if path == "" {
		return name
	}
	return path + "/" + name
}

// need gives a member that must be there, of a shape; nil after a failure.
func (r *reader) need(of *observation.Value, path, name string, shape observation.Shape) *observation.Value {
	v := r.may(of, path, name, shape)
	if v == nil {
		r.missing(path, name, of)
	}
	return v
}

// may gives a member if it is there, of a shape; nil where there is none and after a failure.
func (r *reader) may(of *observation.Value, path, name string, shape observation.Shape) *observation.Value {
	v := of.Member(name)
	if v == nil || r.failed != nil {
		return nil
	}
	if v.Shape != shape {
		r.fail("member_shape", below(path, name), v)
		return nil
	}
	return v
}

// uri gives a member that is a URI; "" where there is none.
func (r *reader) uri(of *observation.Value, path, name string) string {
	v := r.may(of, path, name, observation.Text)
	if v == nil {
		return ""
	}
	if !isURI(v.Text) {
		r.fail("uri_wrong", below(path, name), v)
	}
	return v.Text
}

// word gives a member that is a word of a vocabulary; "" where there is none, and for a word of another vocabulary.
func (r *reader) word(of *observation.Value, path, name string, v *vocabulary) string {
	text := r.may(of, path, name, observation.Text)
	if text == nil {
		return ""
	}
	word, ok := v.read(text.Text)
	if !ok {
		r.fail("word_unknown", below(path, name), text)
	}
	return word
}

// only refuses members of an object that are neither among the names nor of somebody's own namespace.
func (r *reader) only(of *observation.Value, path string, names []string) {
	for i, name := range of.Names {
		if !slices.Contains(names, name) && !strings.Contains(name, ":") && r.failed == nil {
			r.failed = Codes.Failure("member_unknown", observation.LineAt(r.input, of.Members[i].From), path, name)
		}
	}
}

var documentMembers = strings.Fields("@context @id id type schemaVersion creationDate epcisHeader epcisBody sender receiver instanceIdentifier")

// read takes the events of the file; it gives the type of one that is not of EPCIS.
func (r *reader) read(root *observation.Value) (unsupported string) {
	if !Recognises(root) {
		if kind := root.Member("type"); kind != nil && kind.Shape == observation.Text && kind.Text != "" {
			return kind.Text
		}
		return "JSON"
	}
	kind := root.Member("type").Text
	if eventTypes[kind] != nil {
		r.event(root, "", 1)
		return ""
	}
	r.only(root, "", documentMembers)
	if version := r.need(root, "", "schemaVersion", observation.Text); version != nil && version.Text != "2.0" && !strings.HasPrefix(version.Text, "2.0.") {
		r.fail("version_unsupported", "schemaVersion", version)
	}
	if created := r.need(root, "", "creationDate", observation.Text); created != nil {
		if _, _, ok := observation.Time(created.Text); !ok {
			r.fail("time_wrong", "creationDate", created)
		}
	}
	body, path := r.need(root, "", "epcisBody", observation.Object), "epcisBody"
	if kind == "EPCISQueryDocument" && body != nil {
		r.only(body, path, []string{"queryResults"})
		results := r.need(body, path, "queryResults", observation.Object)
		if results == nil {
			return ""
		}
		path += "/queryResults"
		r.only(results, path, []string{"queryName", "subscriptionID", "resultsBody"})
		r.need(results, path, "queryName", observation.Text)
		body = r.need(results, path, "resultsBody", observation.Object)
		path += "/resultsBody"
	}
	if body == nil {
		return ""
	}
	r.only(body, path, []string{"eventList", "vocabularyList"})
	list := r.need(body, path, "eventList", observation.List)
	if list == nil {
		return ""
	}
	if len(list.Members) > r.limits.EventsMax {
		r.failed = Codes.Failure("events_too_many", observation.LineAt(r.input, list.From), path+"/eventList", strconv.Itoa(len(list.Members)))
	}
	for i, event := range list.Members {
		if r.failed == nil {
			r.event(event, path+"/eventList["+strconv.Itoa(i+1)+"]", i+1)
		}
	}
	return ""
}
