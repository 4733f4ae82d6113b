package access

import (
	"errors"

	"millrace/book"
	"millrace/domain/party"
)

// ErrScope is returned for a command that does not belong to the scopes of the caller's key.
var ErrScope = errors.New("access: the key may not do this")

// ScopeOf is the scope to which a command belongs.
func ScopeOf(c book.Command) party.Scope {
	switch c.(type) {
	case *book.RecordDocument, *book.RecordMovement, *book.RetractMovement, *book.SetMapping, *book.RecordVerification, *book.RecordSalesContract,
		*book.RecordFileDocument, *book.ReadFile, *book.IssueWarehouseReceipt, *book.MoveWarehouseReceipts:
		return party.ScopeDocuments
	case *book.Confirm, *book.StartConfirmation, *book.CompleteConfirmation, *book.DropConfirmation, *book.WithdrawConfirmation, *book.UndertakeAsBank,
		*book.OpenDispute, *book.AnswerDispute, *book.DecideDispute, *book.CloseDispute, *book.IssueCertificate, *book.CancelCertificate, *book.MoveHoldings,
		*book.SetStanding:
		return party.ScopeConfirmations
	case *book.RequestQuote, *book.QuoteTrade, *book.QuoteStock, *book.QuotePool, *book.AcceptQuote, *book.AcceptPlacement, *book.CancelFinancing,
		*book.OpenAuction, *book.AwardAuction, *book.WithdrawAuction, *book.PlaceBid, *book.OpenBid, *book.OpenEarlyOffer, *book.WithdrawEarlyOffer,
		*book.AcceptEarlyPayment, *book.GiveInstruction, *book.RevokeInstruction, *book.GiveAuthority, *book.RevokeAuthority, *book.PoolReceivables,
		*book.WithdrawReceivables, *book.DetermineBase, *book.OfferExchange, *book.AcceptExchange, *book.EndExchange, *book.MoveLine,
		*book.ConsentToSetOffRun, *book.RefuseSetOffRun, *book.GiveSetOffConsent, *book.RevokeSetOffConsent, *book.ExtendFinancing:
		return party.ScopeFinancing
	}
	if scope := moneyOf(c); scope != 0 {
		return scope
	}
	switch c.(type) {
	case *book.OpenApplication, *book.SupplementApplication, *book.ViewApplication, *book.DecideApplication, *book.WithdrawApplication,
		*book.ProposeReview, *book.ApproveReview, *book.SettleCondition, *book.ProposeLimit, *book.ApproveLimit, *book.SuspendLimit, *book.LiftLimit,
		*book.WithdrawLimit, *book.DecideLimitWithdrawal, *book.RecommendLimit, *book.DecideRecommendation, *book.ProposeLine, *book.ApproveLine,
		*book.DecideReferral, *book.AdviseReferral, *book.TakeReferral, *book.WatchParty, *book.RecordNews, *book.ClearFindings, *book.ClearStockFinding:
		return party.ScopeCredit
	case *book.RegisterActor, *book.AddKey, *book.RevokeKey, *book.DecideActor, *book.DecideAdministrator, *book.ProposeSigningKey, *book.ApproveSigningKey,
		*book.RevokeSigningKey, *book.ProposeMandate, *book.ApproveMandate, *book.RevokeMandate:
		return party.ScopeAccess
	}
	return party.ScopeSettings
}

// moneyOf is ScopeMoney for what moves money, says that it has moved, or decides to which account it goes; else 0.
func moneyOf(c book.Command) party.Scope {
	switch c.(type) {
	case *book.Disburse, *book.DisbursePlacement, *book.ApprovePayment, *book.ReleasePayment, *book.RetryPayment, *book.RecordOutcome, *book.RecordReceipt,
		*book.ReverseReceipt, *book.ReportCollection, *book.RecordStatement, *book.RecordCharge, *book.RecallReceipt, *book.Allocate, *book.ReconcileReceipt,
		*book.PayOut, *book.PayOver, *book.PayFees, *book.PayBill, *book.PayInsurer, *book.Sweep, *book.WithdrawFunding, *book.PostTransfers, *book.PlaceHold,
		*book.EndHold, *book.OpenAccounts, *book.SettleShortfall, *book.LiftStop, *book.ProposeReturn, *book.DecideReturn, *book.OpenBreak, *book.AssignBreak,
		*book.NoteBreak, *book.ResolveBreak, *book.RecordMisdirectedPayment, *book.NoticeMisdirected, *book.DropMisdirected, *book.DemandMisdirected,
		*book.ProposeBankAccount, *book.VerifyBankAccount, *book.RevokeBankAccount, *book.ConfirmAccountChange, *book.RecordBankLetter, *book.RecordNameCheck,
		*book.OrderMicroDeposit, *book.AnswerMicroDeposit, *book.RecordContact, *book.RecordRecovery, *book.RecordCoverPayment, *book.BuyBack,
		*book.OpenWallet, *book.DecideWallet, *book.LoadWallet, *book.RedeemWallet, *book.TransferDigital, *book.RetryDigitalTransfer,
		*book.RecordDigitalOutcome, *book.BindMoney, *book.UseBoundMoney, *book.ProposeSupervisedAccount, *book.DecideSupervisedAccount,
		*book.CloseSupervisedAccount:
		return party.ScopeMoney
	}
	return 0
}

// Allow refuses a command that the caller's key was not made for, with ErrScope. A narrowed key makes no key that may do more.
func (c Caller) Allow(command book.Command) error {
	if c.Scopes == 0 {
		return nil
	}
	if c.Scopes&ScopeOf(command) == 0 {
		return ErrScope
	}
	if added, is := command.(*book.AddKey); is && (added.Scopes == 0 || added.Scopes&^c.Scopes != 0) {
		return ErrScope
	}
	return nil
}
