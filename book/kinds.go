package book

// Kinds of command, as stored. A number is never used again.
const (
	commandFound uint16 = 1 + iota
	commandRegisterActor
	commandAddKey
	commandRevokeKey
	commandRegisterParty
	commandProposeBankAccount
	commandVerifyBankAccount
	commandProposeProduct
	commandApproveProduct
	commandProposeProgramme
	commandApproveProgramme
	commandProposeReview
	commandApproveReview
	commandProposeLimit
	commandApproveLimit
	commandRecordDocument
	commandClearFindings
	commandConfirm
	commandRequestQuote
	commandDecideReferral
	commandAcceptQuote
	commandDisburse
	commandApprovePayment
	commandRetryPayment
	commandRecordOutcome
	commandRecordReceipt
	commandReverseReceipt
	commandAllocate
	commandCallRecourse
	commandCloseFinancing
	commandSweep
	commandPayOut
	commandOpenDay
	commandAdvanceDay
	commandLapse
	commandOpenAccounts
	commandPostTransfers
	commandPlaceHold
	commandEndHold
	commandImportReceivable
	commandImportFinancing
	commandImportBalance
	commandFinishImport
	commandResume
	commandCancelFinancing
)

// Kinds of event, as stored. A number is never used again.
const (
	eventActorRegistered uint16 = 1 + iota
	eventKeyAdded
	eventKeyRevoked
	eventPartyRegistered
	eventPartySeen
	eventPartyOnboarded
	eventBankAccountProposed
	eventBankAccountVerified
	eventProductProposed
	eventProductApproved
	eventProgrammeProposed
	eventProgrammeApproved
	eventProgrammeStopped
	eventReviewProposed
	eventReviewApproved
	eventLimitProposed
	eventLimitApproved
	eventLimitMoved
	eventDocumentRecorded
	eventDuplicateFound
	eventTradeMatched
	eventReceivableOpened
	eventReceivableCredited
	eventFindingsCleared
	eventReceivableConfirmed
	eventReceivablePaid
	eventFinancingOpened
	eventReferralDecided
	eventFinancingAccepted
	eventFinancingMoved
	eventFinancingRepaid
	eventPaymentOpened
	eventPaymentMoved
	eventReceiptRecorded
	eventReceiptRepeated
	eventReceiptMoved
	eventAccountOpened
	eventAccountsOpened
	eventTransfersPosted
	eventHoldPlaced
	eventHoldEnded
	eventDayOpened
	eventDayAdvanced
	eventImportFinished
	eventResumed
)

// Kinds of event of matching.
const (
	eventTradesMerged uint16 = 80
)
