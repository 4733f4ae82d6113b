package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"
)

// Error is a request that the node has refused, as problem details (RFC 9457): Code is stable and explained at /problems/CODE, Field names what
// of the request is wrong, Errors all of it where there is more.
type Error struct {
	Problem
	Method, Path string
	RetryAfter   time.Duration // 0 where the node has not said when to come back
}

// Error implements error.
func (e *Error) Error() string {
	told := fmt.Sprintf("%s %s: %d %s", e.Method, e.Path, e.Problem.Status, e.Problem.Code)
	if e.Detail != "" {
		return told + ": " + e.Detail
	}
	return told + ": " + e.Title
}

// Code is the code of a refusal; "" for any other error, and for none.
func Code(err error) string {
	var refused *Error
	if errors.As(err, &refused) {
		return refused.Problem.Code
	}
	return ""
}

// problemOf reads what the node, or something before it, answers in place of a result.
func problemOf(r *request, answer *http.Response) *Error {
	e := &Error{Method: r.method, Path: r.path}
	text, _ := io.ReadAll(io.LimitReader(answer.Body, problemBytesMax)) // what can't be read is not told
	kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if kind != "application/problem+json" || json.Unmarshal(text, &e.Problem) != nil || e.Problem.Code == "" {
		e.Problem = Problem{Title: http.StatusText(answer.StatusCode), Code: "http_" + strconv.Itoa(answer.StatusCode), Detail: "the answer is none of a node: is the address right?"}
	}
	e.Problem.Status = int64(answer.StatusCode)
	if seconds, err := strconv.ParseUint(answer.Header.Get("Retry-After"), 10, 20); err == nil {
		e.RetryAfter = time.Duration(seconds) * time.Second
	}
	return e
}
