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

// Signing keys and mandates.
const (
	commandProposeSigningKey uint16 = 46
	commandApproveSigningKey uint16 = 47
	commandRevokeSigningKey  uint16 = 48
	commandProposeMandate    uint16 = 49
	commandApproveMandate    uint16 = 50
	commandRevokeMandate     uint16 = 51

	eventSigningKeyProposed uint16 = 46
	eventSigningKeyMoved    uint16 = 47
	eventMandateProposed    uint16 = 48
	eventMandateMoved       uint16 = 49
)

// Certificates.
const (
	commandIssueCertificate  uint16 = 90
	commandSetStanding       uint16 = 91
	commandMoveHoldings      uint16 = 92
	commandCancelCertificate uint16 = 93

	eventCertificateIssued    uint16 = 90
	eventStandingSet          uint16 = 91
	eventHoldingsMoved        uint16 = 92
	eventCertificateCancelled uint16 = 93
	eventDebtsDischarged      uint16 = 94
)

// Kinds of command about the movement of goods.
const (
	commandRecordMovement  uint16 = 76
	commandRetractMovement uint16 = 77
)

// Kinds of event about the movement of goods.
const (
	eventMovementRecorded  uint16 = 76
	eventMovementRepeated  uint16 = 77
	eventMovementsAttached uint16 = 78
	eventMovementRetracted uint16 = 79
)

// Confirmations in two steps, and disputes.
const (
	commandStartConfirmation    uint16 = 52
	commandCompleteConfirmation uint16 = 53
	commandDropConfirmation     uint16 = 54
	commandWithdrawConfirmation uint16 = 55
	commandOpenDispute          uint16 = 56
	commandAnswerDispute        uint16 = 57
	commandDecideDispute        uint16 = 58
	commandCloseDispute         uint16 = 59

	eventConfirmationStarted   uint16 = 52
	eventConfirmationEnded     uint16 = 53
	eventConfirmationWithdrawn uint16 = 54
	eventDisputeOpened         uint16 = 55
	eventDisputeMoved          uint16 = 56
	eventCoverMoved            uint16 = 57
)

// Agreements, notices and registrations.
const (
	commandProposeTemplate          uint16 = 60
	commandApproveTemplate          uint16 = 61
	commandRetireTemplate           uint16 = 62
	commandDraftAgreement           uint16 = 63
	commandSignAgreement            uint16 = 64
	commandTerminateAgreement       uint16 = 65
	commandDraftNotice              uint16 = 66
	commandAdvanceNotice            uint16 = 67
	commandRecordMisdirectedPayment uint16 = 68
	commandCallWarranty             uint16 = 69
	commandReassignReceivable       uint16 = 70
	commandFileRegistration         uint16 = 71
	commandConfirmRegistration      uint16 = 72
	commandRecordSearch             uint16 = 73
	commandReleaseEncumbrance       uint16 = 74
	commandRecordSalesContract      uint16 = 75

	eventTemplateProposed      uint16 = 60
	eventTemplateMoved         uint16 = 61
	eventAgreementDrafted      uint16 = 62
	eventAgreementSigned       uint16 = 63
	eventAgreementTerminated   uint16 = 64
	eventNoticeDrafted         uint16 = 65
	eventNoticeMoved           uint16 = 66
	eventPaymentMisdirected    uint16 = 67
	eventReceivableReassigned  uint16 = 68
	eventRegistrationProposed  uint16 = 69
	eventRegistrationMoved     uint16 = 70
	eventSearchRecorded        uint16 = 71
	eventEncumbranceReleased   uint16 = 72
	eventSalesContractRecorded uint16 = 73
)

// Kinds of event of matching.
const (
	eventTradesMerged uint16 = 80
)

// Fixings of base rates.
const (
	commandRecordFixing uint16 = 155
	eventFixingRecorded uint16 = 155
)

// Periods of the books.
const (
	commandClosePeriod    uint16 = 157
	commandApproveClosing uint16 = 158
	eventClosingProposed  uint16 = 157
	eventPeriodClosed     uint16 = 158
)

// Rules of EN 16931.
const eventRulesCleared uint16 = 95

// Answers of tax bureaus, and mappings of tables.
const (
	commandRecordVerification uint16 = 95
	commandSetMapping         uint16 = 96

	eventVerificationRecorded uint16 = 97
	eventMappingSet           uint16 = 98
)

// The end of a product.
const (
	commandRetireProduct uint16 = 150

	eventProductRetired uint16 = 151
)

// Auctions.
const (
	commandOpenAuction    uint16 = 130
	commandPlaceBid       uint16 = 131
	commandOpenBid        uint16 = 132
	commandAwardAuction   uint16 = 133
	commandSettleAuctions uint16 = 134

	eventAuctionOpened  uint16 = 130
	eventBidPlaced      uint16 = 131
	eventBidOpened      uint16 = 132
	eventAuctionAwarded uint16 = 133
)

// The life of a financing.
const (
	eventFinancingServiced uint16 = 100
	eventInterestAccrued   uint16 = 101
	eventReceivableUnpaid  uint16 = 102
)

// Undertakings of banks, and collection by a seller as agent.
const (
	commandUndertakeAsBank  uint16 = 160
	commandReportCollection uint16 = 161

	eventBankUndertook  uint16 = 160
	eventAgentCollected uint16 = 161
)

// Measures on a financing whose money is out, and shortfalls.
const (
	commandExtendFinancing    uint16 = 165
	commandDecideMeasure      uint16 = 166
	commandDeclareDefault     uint16 = 167
	commandProvision          uint16 = 168
	commandWriteOff           uint16 = 169
	commandRecordRecovery     uint16 = 170
	commandBuyBack            uint16 = 171
	commandSettleShortfall    uint16 = 172
	commandLiftStop           uint16 = 173
	commandClaimCover         uint16 = 174
	commandRecordCoverPayment uint16 = 175

	eventMeasureProposed uint16 = 165
	eventMeasureMoved    uint16 = 166
	eventStopLifted      uint16 = 167
)

// Stock and pools as security.
const (
	commandIssueWarehouseReceipt uint16 = 190
	commandMoveWarehouseReceipts uint16 = 191
	commandProposeStockPrice     uint16 = 192
	commandApproveStockPrice     uint16 = 193
	commandClearStockFinding     uint16 = 194
	commandProposeCollateral     uint16 = 195
	commandApproveCollateral     uint16 = 196
	commandPoolReceivables       uint16 = 197
	commandWithdrawReceivables   uint16 = 198
	commandDetermineBase         uint16 = 199
	commandQuoteStock            uint16 = 200
	commandQuotePool             uint16 = 201

	eventWarehouseReceiptIssued uint16 = 190
	eventWarehouseReceiptsMoved uint16 = 191
	eventStockPriceProposed     uint16 = 192
	eventStockPriceDecided      uint16 = 193
	eventStockCounted           uint16 = 194
	eventStockFindingCleared    uint16 = 195
	eventCollateralProposed     uint16 = 196
	eventCollateralApproved     uint16 = 197
	eventMarginAssessed         uint16 = 198
	eventStockRevalued          uint16 = 199
	eventReceivablesPooled      uint16 = 200
	eventReceivablesWithdrawn   uint16 = 201
	eventBaseDetermined         uint16 = 202
)

// Financing before there is a receivable, and lines that follow the goods.
const (
	commandQuoteTrade  uint16 = 180
	commandProposeLine uint16 = 181
	commandApproveLine uint16 = 182
	commandMoveLine    uint16 = 183

	eventLineProposed       uint16 = 180
	eventLineMoved          uint16 = 181
	eventConversionsPlanned uint16 = 182
)

// Expected losses.
const (
	commandProposeEstimates  uint16 = 225
	commandDecideEstimates   uint16 = 226
	commandAssessLosses      uint16 = 227
	commandAdvanceAssessment uint16 = 228

	eventEstimatesProposed uint16 = 225
	eventEstimatesDecided  uint16 = 226
	eventAssessmentBegun   uint16 = 227
	eventLossAssessed      uint16 = 228
)

// Tariffs and bills.
const (
	commandProposeTariff  uint16 = 229
	commandDecideTariff   uint16 = 230
	commandRunBilling     uint16 = 231
	commandAdvanceBilling uint16 = 232
	commandPayBill        uint16 = 233

	eventTariffProposed  uint16 = 229
	eventTariffDecided   uint16 = 230
	eventBillingBegun    uint16 = 231
	eventBillIssued      uint16 = 232
	eventBillPaid        uint16 = 233
	eventBillingAdvanced uint16 = 234
)

// Placements, early payments, standing instructions, and the withdrawal of auctions.
const (
	commandAcceptPlacement    uint16 = 210
	commandDisbursePlacement  uint16 = 211
	commandOpenEarlyOffer     uint16 = 212
	commandWithdrawEarlyOffer uint16 = 213
	commandAcceptEarlyPayment uint16 = 214
	commandGiveInstruction    uint16 = 215
	commandRevokeInstruction  uint16 = 216
	commandRunStanding        uint16 = 217
	commandWithdrawAuction    uint16 = 218

	eventPlacementOpened     uint16 = 210
	eventPlacementShared     uint16 = 211
	eventEarlyOfferOpened    uint16 = 212
	eventEarlyOfferEnded     uint16 = 213
	eventEarlyPaymentOpened  uint16 = 214
	eventEarlyPaymentMoved   uint16 = 215
	eventInstructionGiven    uint16 = 216
	eventInstructionRevoked  uint16 = 217
	eventInstructionFollowed uint16 = 218
	eventAuctionWithdrawn    uint16 = 219
)

// Supervised accounts, ways out of them, and what banks do without an instruction.
const (
	commandProposeSupervisedAccount uint16 = 240
	commandDecideSupervisedAccount  uint16 = 241
	commandCloseSupervisedAccount   uint16 = 242
	commandPayFees                  uint16 = 243
	commandPayInsurer               uint16 = 244
	commandWithdrawFunding          uint16 = 245
	commandProposeReturn            uint16 = 246
	commandDecideReturn             uint16 = 247
	commandRecordCharge             uint16 = 248
	commandRecallReceipt            uint16 = 249

	eventSupervisedAccountProposed uint16 = 240
	eventSupervisedAccountMoved    uint16 = 241
	eventReturnProposed            uint16 = 242
	eventReturnMoved               uint16 = 243
	eventReceiptSetAside           uint16 = 244
	eventChargeRecorded            uint16 = 245
	eventChargeRepeated            uint16 = 246
	eventReceiptRecalled           uint16 = 247
)

// Checks of bank accounts, changes of bank details, and what withholds and releases payments.
const (
	commandRecordNameCheck      uint16 = 250
	commandOrderMicroDeposit    uint16 = 251
	commandAnswerMicroDeposit   uint16 = 252
	commandRecordBankLetter     uint16 = 253
	commandRecordContact        uint16 = 254
	commandConfirmAccountChange uint16 = 255
	commandRevokeBankAccount    uint16 = 256
	commandReleasePayment       uint16 = 257

	eventNameChecked            uint16 = 250
	eventMicroDepositOrdered    uint16 = 251
	eventMicroDepositAnswered   uint16 = 252
	eventBankLetterRecorded     uint16 = 253
	eventContactRecorded        uint16 = 254
	eventAccountChangeConfirmed uint16 = 255
	eventBankAccountRevoked     uint16 = 256
	eventPaymentsFlagged        uint16 = 257
	eventPaymentReleased        uint16 = 258
	eventPaymentApproved        uint16 = 259
)

// Until when funding stays.
const (
	commandProposeLadder uint16 = 276
	commandDecideLadder  uint16 = 277

	eventLadderProposed uint16 = 276
	eventLadderDecided  uint16 = 277
)

// Payments to suppliers of those who borrow.
const (
	eventSupplySetOff   uint16 = 278
	eventSupplyReturned uint16 = 279
)

// Digital money.
const (
	commandProposeDigitalAsset  uint16 = 260
	commandDecideDigitalAsset   uint16 = 261
	commandOpenWallet           uint16 = 262
	commandDecideWallet         uint16 = 263
	commandLoadWallet           uint16 = 264
	commandRedeemWallet         uint16 = 265
	commandTransferDigital      uint16 = 266
	commandRetryDigitalTransfer uint16 = 267
	commandRecordDigitalOutcome uint16 = 268
	commandBindMoney            uint16 = 269
	commandUseBoundMoney        uint16 = 270
	commandOfferExchange        uint16 = 271
	commandAcceptExchange       uint16 = 272
	commandEndExchange          uint16 = 273
	commandLapseDigital         uint16 = 274

	eventDigitalAssetProposed  uint16 = 260
	eventDigitalAssetDecided   uint16 = 261
	eventWalletOpened          uint16 = 262
	eventWalletDecided         uint16 = 263
	eventDigitalTransferOpened uint16 = 264
	eventDigitalTransferMoved  uint16 = 265
	eventMoneyBound            uint16 = 266
	eventBoundMoneyUsed        uint16 = 267
	eventBoundMoneyRefunded    uint16 = 268
	eventExchangeOffered       uint16 = 269
	eventExchangeMoved         uint16 = 270
)

// Statements of the bank, breaks, and what receipts are matched to.
const (
	commandRecordStatement  uint16 = 280
	commandOpenBreak        uint16 = 281
	commandAssignBreak      uint16 = 282
	commandNoteBreak        uint16 = 283
	commandResolveBreak     uint16 = 284
	commandReconcileReceipt uint16 = 285

	eventStatementRecorded uint16 = 280
	eventStatementRepeated uint16 = 281
	eventStatementFollowed uint16 = 282
	eventBreakOpened       uint16 = 283
	eventBreakChanged      uint16 = 284
	eventBreakMoved        uint16 = 285
	eventReceiptReconciled uint16 = 286
)

// The recovery of misdirected payments.
const (
	commandNoticeMisdirected uint16 = 304
	commandDemandMisdirected uint16 = 305
	commandPayOver           uint16 = 306
	commandProposeSetOff     uint16 = 307
	commandDecideSetOff      uint16 = 308
	commandDropMisdirected   uint16 = 309

	eventRecoveryMoved uint16 = 304
)

// Credit reviews and what opens them.
const (
	commandProposeMasterScale    uint16 = 370
	commandApproveMasterScale    uint16 = 371
	commandProposeReviewPolicy   uint16 = 372
	commandApproveReviewPolicy   uint16 = 373
	commandOpenApplication       uint16 = 374
	commandSupplementApplication uint16 = 375
	commandViewApplication       uint16 = 376
	commandDecideApplication     uint16 = 377
	commandWithdrawApplication   uint16 = 378
	commandSettleCondition       uint16 = 379
	commandWatchParty            uint16 = 380
	commandRecordNews            uint16 = 381
	commandAdvanceReviews        uint16 = 382

	eventMasterScaleProposed     uint16 = 370
	eventMasterScaleApproved     uint16 = 371
	eventReviewPolicyProposed    uint16 = 372
	eventReviewPolicyApproved    uint16 = 373
	eventApplicationOpened       uint16 = 374
	eventApplicationSupplemented uint16 = 375
	eventApplicationViewed       uint16 = 376
	eventApplicationApproved     uint16 = 377
	eventApplicationDecided      uint16 = 378
	eventApplicationCaused       uint16 = 379
	eventConditionSettled        uint16 = 380
	eventPartyWatched            uint16 = 381
	eventNewsRecorded            uint16 = 382
	eventReviewsAdvanced         uint16 = 383
)

// Models that score.
const (
	commandRegisterModel uint16 = 350
	commandValidateModel uint16 = 351
	commandPromoteModel  uint16 = 352
	commandRetireModel   uint16 = 353

	eventModelRegistered uint16 = 350
	eventModelValidated  uint16 = 351
	eventModelPromoted   uint16 = 352
	eventModelRetired    uint16 = 353
)

// What is known of parties, what they are screened for, and who may rely on it.
const (
	commandOpenOnboardingFile  uint16 = 400
	commandRecordFileDocument  uint16 = 401
	commandCheckFileDocument   uint16 = 402
	commandRecordTie           uint16 = 403
	commandEndTie              uint16 = 404
	commandReviewFile          uint16 = 405
	commandProposeChecklist    uint16 = 406
	commandApproveChecklist    uint16 = 407
	commandRecordScreeningList uint16 = 408
	commandRecordScreening     uint16 = 409
	commandDecideAlert         uint16 = 410
	commandOpenCase            uint16 = 411
	commandAddCaseFact         uint16 = 412
	commandDecideCase          uint16 = 413
	commandGiveConsent         uint16 = 414
	commandWithdrawConsent     uint16 = 415
	commandReadFile            uint16 = 416
	commandSuspendParty        uint16 = 417
	commandReinstateParty      uint16 = 418

	eventFileOpened            uint16 = 400
	eventFileDocumentRecorded  uint16 = 401
	eventFileDocumentChecked   uint16 = 402
	eventTieRecorded           uint16 = 403
	eventTieEnded              uint16 = 404
	eventFileReviewed          uint16 = 405
	eventChecklistProposed     uint16 = 406
	eventChecklistApproved     uint16 = 407
	eventScreeningListRecorded uint16 = 408
	eventScreened              uint16 = 409
	eventAlertOpened           uint16 = 410
	eventAlertMoved            uint16 = 411
	eventCaseOpened            uint16 = 412
	eventCaseMoved             uint16 = 413
	eventConsentGiven          uint16 = 414
	eventConsentWithdrawn      uint16 = 415
	eventFileRead              uint16 = 416
	eventPartySuspended        uint16 = 417
	eventPartyReinstated       uint16 = 418
)

// The referral desk.
const (
	commandTakeReferral   uint16 = 440
	commandAdviseReferral uint16 = 441
	commandLapseReferral  uint16 = 442

	eventReferralOpened  uint16 = 440
	eventReferralTaken   uint16 = 441
	eventReferralAdvised uint16 = 442
	eventReferralEnded   uint16 = 443
)

// Decisions of risk control, and the policies of programmes.
const (
	commandProposeRiskPolicy uint16 = 330
	commandDecideRiskPolicy  uint16 = 331

	eventDecisionMade       uint16 = 330
	eventRiskPolicyProposed uint16 = 331
	eventRiskPolicyDecided  uint16 = 332
)

// Suspensions of limits, and what funders say in advance about their own money.
const (
	commandSuspendLimit        uint16 = 390
	commandLiftLimit           uint16 = 391
	commandProposeFunderPolicy uint16 = 392
	commandDecideFunderPolicy  uint16 = 393
	commandGiveAuthority       uint16 = 394
	commandRevokeAuthority     uint16 = 395

	eventLimitSuspended       uint16 = 390
	eventLimitLifted          uint16 = 391
	eventFunderPolicyProposed uint16 = 392
	eventFunderPolicyDecided  uint16 = 393
	eventAuthorityGiven       uint16 = 394
	eventAuthorityRevoked     uint16 = 395
)

// Multilateral set-off.
const (
	commandAnnounceSetOffRun     uint16 = 480
	commandFreezeSetOff          uint16 = 481
	commandOpenSetOffProposal    uint16 = 482
	commandEnterSetOffPotentials uint16 = 483
	commandEnterSetOffLines      uint16 = 484
	commandCloseSetOffProposal   uint16 = 485
	commandExecuteSetOffRun      uint16 = 486
	commandEndSetOffRun          uint16 = 487
	commandAdvanceSetOff         uint16 = 488
	commandWriteSetOff           uint16 = 489

	eventSetOffRunAnnounced      uint16 = 480
	eventSetOffFrozen            uint16 = 481
	eventSetOffProposalOpened    uint16 = 482
	eventSetOffPotentialsEntered uint16 = 483
	eventSetOffLinesEntered      uint16 = 484
	eventSetOffProposalClosed    uint16 = 485
	eventSetOffRunExecuted       uint16 = 486
	eventSetOffRunEnded          uint16 = 487
	eventSetOffMemberLeftOut     uint16 = 488
	eventSetOffWritten           uint16 = 489
	eventSetOffLineDropped       uint16 = 490
	eventSetOffAnswersHeard      uint16 = 491
)

// Cash in runs of multilateral set-off.
const (
	commandQuoteSetOffCash uint16 = 520

	eventSetOffCashDrawn uint16 = 520
)

// What is billed for an order while an advance on it is at the bank.
const eventSupplyBilled uint16 = 312

// Who stands or falls with whom, and how limits are recommended, watched and withdrawn.
const (
	commandProposeDependence     uint16 = 460
	commandDecideDependence      uint16 = 461
	commandEndDependence         uint16 = 462
	commandRecommendLimit        uint16 = 463
	commandDecideRecommendation  uint16 = 464
	commandWithdrawLimit         uint16 = 465
	commandDecideLimitWithdrawal uint16 = 466
	commandAdvanceLimits         uint16 = 467

	eventDependenceProposed    uint16 = 460
	eventDependenceMoved       uint16 = 461
	eventLimitsRecounted       uint16 = 462
	eventLimitRecommended      uint16 = 463
	eventRecommendationDecided uint16 = 464
	eventWithdrawalProposed    uint16 = 465
	eventWithdrawalDecided     uint16 = 466
	eventLimitOvershot         uint16 = 467
	eventLimitRestored         uint16 = 468
	eventLimitsWatched         uint16 = 469
)

// Consents to set-off runs, what keeps parties out of them, and calendars of runs.
const (
	commandGiveSetOffConsent     uint16 = 500
	commandRevokeSetOffConsent   uint16 = 501
	commandConsentToSetOffRun    uint16 = 502
	commandRefuseSetOffRun       uint16 = 503
	commandRecordSetOffBar       uint16 = 504
	commandLiftSetOffBar         uint16 = 505
	commandProposeSetOffCalendar uint16 = 506
	commandDecideSetOffCalendar  uint16 = 507
	commandEndSetOffCalendar     uint16 = 508
	commandFollowSetOffCalendar  uint16 = 509

	eventSetOffConsentGiven     uint16 = 500
	eventSetOffConsentRevoked   uint16 = 501
	eventSetOffRunAnswered      uint16 = 502
	eventSetOffBarRecorded      uint16 = 503
	eventSetOffBarLifted        uint16 = 504
	eventSetOffCalendarProposed uint16 = 505
	eventSetOffCalendarMoved    uint16 = 506
	eventSetOffCalendarTurned   uint16 = 507
)

// Who administers the access of a party's people, and who is let in no more.
const (
	commandDecideActor         uint16 = 530
	commandDecideAdministrator uint16 = 531

	eventActorMoved         uint16 = 530
	eventAdministratorMoved uint16 = 531
)

// Webhooks.
const (
	commandOpenWebhook         uint16 = 540
	commandChangeWebhook       uint16 = 541
	commandRotateWebhookSecret uint16 = 542
	commandPauseWebhook        uint16 = 543
	commandResumeWebhook       uint16 = 544
	commandEndWebhook          uint16 = 545

	eventWebhookOpened        uint16 = 540
	eventWebhookChanged       uint16 = 541
	eventWebhookSecretRotated uint16 = 542
	eventWebhookMoved         uint16 = 543
)
