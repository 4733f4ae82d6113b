package sheet

import "strings"

// headingsKnown are the headings, in five languages, by which banks call the columns of bookings. One that may mean two things, such as
// "Date" beside another date, is left to whoever saves the mapping.
var headingsKnown = fieldsOf(map[string]string{
	fieldBookingDate: "date|booking date|transaction date|posting date|posted date|date posted|entry date|book date|buchungstag|buchungsdatum|buchung|datum|date comptable|" +
		"date de comptabilisation|date d'opération|date opération|date de l'opération|fecha|fecha operación|fecha de operación|fecha contable|交易日期|记账日期|交易日|入账日期|日期",
	fieldBookingTime: "booking time|transaction time|date/time|date and time|transaction date and time|交易时间|交易日期时间",
	fieldValueDate:   "value date|valuta|valutadatum|wertstellung|wertstellungsdatum|wert|date de valeur|date valeur|fecha valor|fecha de valor|起息日|起息日期",
	fieldAmount:      "amount|transaction amount|value|betrag|umsatz|betrag der buchung|montant|montant de l'opération|importe|importe de la operación|monto|发生额|交易金额|金额",
	fieldDebit: "debit|debits|debit amount|paid out|money out|withdrawals|withdrawal|soll|belastung|ausgaben|débit|débits|cargo|cargos|debe|adeudo|借方|借方发生额|借方金额|支出|支出金额|" +
		"借方发生额（支取）|借方发生额(支取)",
	fieldCredit: "credit|credits|credit amount|paid in|money in|deposits|deposit|haben|gutschrift|einnahmen|crédit|crédits|abono|abonos|haber|ingreso|贷方|贷方发生额|贷方金额|收入|收入金额|" +
		"贷方发生额（收入）|贷方发生额(收入)",
	fieldDirection: "debit/credit|credit/debit|dr/cr|cr/dr|d/c|c/d|soll/haben|s/h|sens|signo|借贷标志|借贷方向|借/贷|收支标志|收/支",
	fieldCurrency:  "currency|ccy|currency code|währung|devise|divisa|moneda|币种|货币",
	fieldBalance: "balance|running balance|running bal.|account balance|balance after|saldo|kontostand|saldo nach buchung|solde|solde après opération|saldo posterior|余额|账户余额|" +
		"交易后余额",
	fieldState:      "status|state|transaction status|umsatzstatus|estado|statut|交易状态|状态",
	fieldOwnAccount: "auftragskonto|own account|our account|本方账号|compte propre|cuenta propia",
	"name": "counterparty|counterparty name|name|payee|payer|payee/payer|beneficiary/remitter|auftraggeber/empfänger|auftraggeber / begünstigter|auftraggeber/begünstigter|" +
		"begünstigter/zahlungspflichtiger|beguenstigter/zahlungspflichtiger|empfänger/auftraggeber|empfänger|name zahlungsbeteiligter|tiers|contrepartie|nom du tiers|contrapartida|" +
		"ordenante/beneficiario|对方户名|对方名称|交易对手名称|对方账户名称",
	fieldAccount: "counterparty account|counterparty iban|iban|account number|kontonummer/iban|iban zahlungsbeteiligter|kontonummer|compte du tiers|iban du tiers|cuenta contrapartida|" +
		"对方账号|对方账户|交易对手账号",
	fieldBank: "bic|swift|bic (swift-code)|bic/swift|counterparty bic|blz",
	fieldText: "description|details|transaction details|narrative|memo|reference text|remittance information|payment details|verwendungszweck|zweck|libellé|libellé de l'opération|" +
		"détail|motif|concepto|observaciones|descripción|附言|用途|交易附言|备注",
	"description": "type|transaction type|buchungstext|vorgang|umsatztyp|type d'opération|tipo de operación|摘要|交易类型|业务类型",
	"reference": "bank reference|transaction id|transaction reference|reference number|bankreferenz|référence banque|référence bancaire|referencia banco|referencia bancaria|" +
		"交易流水号|流水号|银行流水号",
	"customer_reference": "customer reference|cheque number|check number|check or slip #|kundenreferenz|référence client|referencia cliente|客户参考号",
	"end_to_end":         "end-to-end id|end to end id|endtoendid|end-to-end-referenz|kundenreferenz (end-to-end)|référence de bout en bout|referencia extremo a extremo",
	"mandate":            "mandate reference|mandate|mandatsreferenz|référence du mandat|referencia de mandato",
})

// fieldBookingTime stands for the booking date where no other column does.
const fieldBookingTime = "booking_time"

// labelsKnown are the texts beside values that stand once.
var labelsKnown = fieldsOf(map[string]string{
	fieldAccount:  "iban|account number|account no|account|kontonummer|konto|auftragskonto|numéro de compte|n° de compte|compte|número de cuenta|cuenta|账号|账户|卡号|本方账号",
	fieldCurrency: "currency|währung|devise|divisa|moneda|币种|货币",
	fieldOpening:  "opening balance|beginning balance|anfangssaldo|alter saldo|solde initial|solde d'ouverture|saldo inicial|期初余额",
	fieldClosing:  "closing balance|ending balance|endsaldo|neuer saldo|solde final|solde de clôture|saldo final|期末余额",
	fieldNumber:   "statement number|statement no|auszugsnummer|auszug nr|numéro de relevé|número de extracto|对账单号",
	fieldFrom:     "from|from date|start date|von|du|desde|起始日期|开始日期",
	fieldTo:       "to|to date|end date|bis|au|hasta|截止日期|结束日期|终止日期",
})

// Words that banks write in place of a sign, a state or a text.
var (
	creditKnown  = strings.Split("c|cr|credit|h|haben|gutschrift|crédit|abono|haber|贷|贷方|收|收入|来账", "|")
	debitKnown   = strings.Split("d|dr|debit|s|soll|lastschrift|débit|cargo|debe|借|借方|支|支出|往账", "|")
	bookedKnown  = strings.Split("booked|posted|completed|complete|settled|cleared|gebucht|umsatz gebucht|comptabilisé|contabilizado|成功|交易成功|已入账", "|")
	pendingKnown = strings.Split("pending|authorised|authorized|vorgemerkt|umsatz vorgemerkt|en attente|en cours|pendiente|处理中|待处理", "|")
	voidKnown    = strings.Split("declined|failed|rejected|cancelled|canceled|reverted|abgelehnt|refusé|annulé|rechazado|anulado|失败|交易失败|已撤销", "|")
	openingKnown = strings.Split("opening balance|balance brought forward|brought forward|saldovortrag|anfangssaldo|solde initial|report du solde|saldo inicial|saldo anterior|期初余额|承前页", "|")
	closingKnown = strings.Split("closing balance|balance carried forward|carried forward|endsaldo|solde final|nouveau solde|saldo final|期末余额|过次页", "|")
)

// marksKnown are marks that stand with an amount, and the currency of those that belong to one alone.
var marksKnown = map[string]string{
	"€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "zł": "PLN", "$": "", "¥": "", "￥": "", "元": "CNY", "EUR": "EUR", "GBP": "GBP", "USD": "USD", "CHF": "CHF", "CNY": "CNY", "JPY": "JPY", "RMB": "CNY",
}

// currencyNames are what Chinese banks write in place of a code.
var currencyNames = map[string]string{"人民币": "CNY", "人民币元": "CNY", "rmb": "CNY", "美元": "USD", "欧元": "EUR", "港币": "HKD", "日元": "JPY", "英镑": "GBP"}

// fieldsOf turns lists of names by field into fields by name.
func fieldsOf(lists map[string]string) map[string]string {
	fields := map[string]string{}
	for field, list := range lists {
		for name := range strings.SplitSeq(list, "|") {
			if other := fields[name]; other != "" {
				panic("sheet: the name " + name + " stands for " + other + " and " + field)
			}
			fields[name] = field
		}
	}
	return fields
}
