package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"millrace/book"
	"millrace/domain/product"
	"millrace/edge/problem"
	"millrace/edge/productfile"
	"millrace/edge/view"
)

const mediaYAML = "application/yaml"

// productFileBody puts a product that is sent as the file itself into the JSON of a proposal. What is too large is cut one byte
// after the bound, and refused by the reader of files.
func (s *server) productFileBody(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); !slices.Contains([]string{mediaYAML, "application/x-yaml", "text/yaml"}, media) {
		next(ctx)
		return
	}
	_ = ctx.SetReadDeadline(time.Now().Add(s.Timeout)) // not every writer has one
	content, err := io.ReadAll(io.LimitReader(r.Body, productfile.BytesMax+1))
	if err != nil {
		problem.Write(w, problem.Of(unreadable(err)))
		return
	}
	if len(content) > productfile.BytesMax {
		problem.Write(w, problem.New("body_too_large", fmt.Sprintf("a product file has at most %d bytes", productfile.BytesMax)))
		return
	}
	if len(content) == 0 {
		problem.Write(w, problem.New("body_missing", "the product file is missing"))
		return
	}
	_, problems := productfile.Read(content) // bytes that are no text would not outlive JSON
	if len(problems) > 0 {
		problem.Write(w, fileProblem(problems))
		return
	}
	encoded, err := json.Marshal(map[string]string{"file": string(content)})
	if err != nil {
		problem.Write(w, problem.Of(err))
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(encoded))
	r.ContentLength = int64(len(encoded))
	r.Header.Set("Content-Type", mediaJSON)
	next(ctx)
}

// fileProblem is every error of a product file at once.
func fileProblem(problems []productfile.Problem) *problem.Problem {
	first := &problems[0]
	p := problem.At("product_file_invalid", first.Path, "", fmt.Sprintf("line %d: %s", first.Line, first.Reason))
	if p.Line = first.Line; len(problems) > 1 {
		p.Detail += fmt.Sprintf("; %d errors in all", len(problems))
	}
	for i := range problems {
		one := &problems[i]
		p.Errors = append(p.Errors, problem.Field{Field: one.Path, Message: one.Reason, Line: one.Line, Code: one.Code})
	}
	return p
}

func buildProduct(x *call, _ string, body *ProductBody) (book.Command, error) {
	switch {
	case body.File != "" && body.Terms != nil:
		x.bad("file", "", "is given besides terms: one of them says what the product is")
	case body.Terms != nil:
		return &book.ProposeProduct{Terms: x.terms(body.Terms)}, nil
	case body.File == "":
		x.bad("terms", "", "are missing, and no file is given")
	}
	if len(x.wrong) > 0 {
		return nil, x.problem()
	}
	terms, problems := productfile.Read([]byte(body.File))
	if len(problems) > 0 {
		return nil, fileProblem(problems)
	}
	return &book.ProposeProduct{Terms: terms}, nil
}

type productFileOutput struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte `contentType:"application/yaml"`
}

func (s *server) registerProductFile() {
	o := s.operation("get_product_file")
	o.Description += " It is the canonical file: keys in their order, no comments. A product that was proposed by single terms has none."
	huma.Register(s.huma, o, func(ctx context.Context, in *getInput) (*productFileOutput, error) {
		of, terms, err := read(ctx, s, in.ID, in.After, (*view.View).ProductTerms)
		if err != nil {
			return nil, err
		}
		if terms.Form != product.Full {
			return nil, problem.At("not_found", "id", in.ID, "the product was proposed by single terms, and has no file")
		}
		return &productFileOutput{ContentType: mediaYAML, Disposition: `attachment; filename="` + of.String() + `.yaml"`, Body: productfile.Write(&terms)}, nil
	})
}

// describeProductFile adds the file to what a proposal may be sent as.
func (s *server) describeProductFile() {
	proposal := s.huma.OpenAPI().Paths[routeByName["propose_product"].path].Post
	proposal.RequestBody.Content[mediaYAML] = &huma.MediaType{Schema: &huma.Schema{Type: "string", Description: "a product file"}}
	proposal.Description += " The body is JSON, or a product file itself, sent as " + mediaYAML + ": every error of it is answered at once, by line, with status " +
		fmt.Sprint(http.StatusUnprocessableEntity) + "."
}
