package bankfile

import (
	"cmp"

	"millrace/edge/credittransfer"
)

// The messages that are written of payments.
const (
	ReportFormat = "pain.002.001.11"
	RecallFormat = "camt.056.001.08"
	AnswerFormat = "camt.029.001.09"
)

// Report gives what a bank says of a file of instructions as pain.002.001.11; created is a date and time.
func Report(r *credittransfer.Report, created string) ([]byte, error) {
	return write(ReportFormat, r.Message, "CstmrPmtStsRpt", []string{"TxInfAndSts"}, func(w writer) {
		w.within("GrpHdr", func() {
			w.text("MsgId", r.Message)
			w.text("CreDtTm", created)
		})
		w.within("OrgnlGrpInfAndSts", func() {
			w.text("OrgnlMsgId", r.Original)
			w.text("OrgnlMsgNmId", "pain.001.001.09")
			w.text("GrpSts", string(r.Status))
			w.reasons("StsRsnInf", r.Reasons)
		})
		for i := range r.Groups {
			g := &r.Groups[i]
			w.b.WriteString("\n")
			w.within("OrgnlPmtInfAndSts", func() {
				w.text("OrgnlPmtInfId", g.Original)
				w.text("PmtInfSts", string(g.Status))
				w.reasons("StsRsnInf", g.Reasons)
				for n := range g.Payments {
					w.b.WriteString("\n")
					w.within("TxInfAndSts", func() { w.status(&g.Payments[n]) })
				}
			})
		}
		w.b.WriteString("\n")
	})
}

func (w writer) status(p *credittransfer.PaymentReport) {
	w.text("OrgnlInstrId", p.Instruction)
	w.text("OrgnlEndToEndId", p.EndToEnd)
	w.text("OrgnlUETR", p.UETR)
	w.text("TxSts", string(p.Status))
	w.reasons("StsRsnInf", p.Reasons)
	if p.Accepted != 0 {
		w.text("AccptncDtTm", p.Accepted.String()+"T00:00:00")
	}
	w.text("AcctSvcrRef", p.Bank)
	if p.Amount != 0 {
		w.within("OrgnlTxRef", func() { w.within("Amt", func() { w.amount("InstdAmt", p.Amount, p.Currency) }) })
	}
}

func (w writer) reasons(name string, reasons []credittransfer.Reason) {
	for _, r := range reasons {
		w.within(name, func() {
			w.path("Rsn/Cd", r.Code)
			w.lines("AddtlInf", r.Text, 105)
		})
	}
}

// assignment writes from which bank to whom a case goes.
func (w writer) assignment(message, from, to, created string) {
	w.within("Assgnmt", func() {
		w.text("Id", message)
		w.path("Assgnr/Agt/FinInstnId/BICFI", from)
		w.path("Assgne/Agt/FinInstnId/BICFI", cmp.Or(to, from))
		w.text("CreDtTm", created)
	})
}

// Recall gives a bank's request to give money back as camt.056.001.08. The bank names itself by its BIC.
func Recall(r *credittransfer.Recall, message, bic, created string) ([]byte, error) {
	return write(RecallFormat, message, "FIToFIPmtCxlReq", nil, func(w writer) {
		w.assignment(message, bic, "", created)
		w.within("Case", func() {
			w.text("Id", r.Case)
			w.path("Cretr/Agt/FinInstnId/BICFI", bic)
		})
		w.within("Undrlyg", func() {
			w.within("TxInf", func() {
				w.text("CxlId", r.Case)
				if r.Original != "" {
					w.within("OrgnlGrpInf", func() {
						w.text("OrgnlMsgId", r.Original)
						w.text("OrgnlMsgNmId", "pacs.008.001.08")
					})
				}
				w.text("OrgnlInstrId", r.Instruction)
				w.text("OrgnlEndToEndId", r.EndToEnd)
				w.text("OrgnlTxId", r.Transaction)
				w.text("OrgnlUETR", r.UETR)
				if r.Amount != 0 {
					w.amount("OrgnlIntrBkSttlmAmt", r.Amount, r.Currency)
				}
				if r.Settled != 0 {
					w.text("OrgnlIntrBkSttlmDt", r.Settled.String())
				}
				if r.Reason != (credittransfer.Reason{}) {
					w.reasons("CxlRsnInf", []credittransfer.Reason{r.Reason})
				}
			})
		})
		w.b.WriteString("\n")
	})
}

// Answer gives what became of a request to cancel payments as camt.029.001.09.
func Answer(answers []credittransfer.Answer, message, bic, created string) ([]byte, error) {
	return write(AnswerFormat, message, "RsltnOfInvstgtn", nil, func(w writer) {
		w.assignment(message, bic, "", created)
		if len(answers) == 0 {
			return
		}
		w.within("RslvdCase", func() {
			w.text("Id", answers[0].Case)
			w.path("Cretr/Agt/FinInstnId/BICFI", bic)
		})
		w.path("Sts/Conf", answers[0].Status)
		w.within("CxlDtls", func() {
			for i := range answers {
				a := &answers[i]
				w.b.WriteString("\n")
				w.within("TxInfAndSts", func() {
					w.text("OrgnlInstrId", a.Instruction)
					w.text("OrgnlEndToEndId", a.EndToEnd)
					w.text("OrgnlUETR", a.UETR)
					w.text("TxCxlSts", a.Single)
					w.reasons("CxlStsRsnInf", a.Reasons)
				})
			}
		})
		w.b.WriteString("\n")
	})
}
