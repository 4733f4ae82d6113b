package en16931

import (
	"fmt"
	"strings"
)

// codes is one code list.
type codes map[string]struct{}

func (c codes) holds(code string) bool {
	_, ok := c[code]
	return ok
}

func listed(text string) codes {
	list := codes{}
	for code := range strings.FieldsSeq(text) {
		list[code] = struct{}{}
	}
	return list
}

// The lists are those that the norm's business terms refer to, as the European Commission published them for use with EN
// 16931 (release of 2025); the names in the comments are those of their owners.

// invoiceTypes are the codes of UNTDID 1001 for invoices.
var invoiceTypes = listed(`
	71 80 81 82 84 102 130 202 203 204 211 218 219 295 325 326 331 380 382 383 384 385 386 387 388 389 390 393 394
	395 456 457 471 472 473 500 501 527 553 575 623 633 751 780 817 870 875 876 877 935
`)

// creditNoteTypes are the codes of UNTDID 1001 for credit notes.
var creditNoteTypes = listed(`
	81 83 261 262 296 308 381 396 420 458 502 503 532
`)

// taxPointsUBL are the codes of UNTDID 2005 for issue, delivery and payment; taxPointsCII are those of UNTDID 2475.
var (
	taxPointsUBL = listed("3 35 432")
	taxPointsCII = listed("5 29 72")
)

// currenciesWithoutMinorUnits are the codes of ISO 4217 for metals, funds and tests, in which nothing is financed, with
// two further ones that the Commission's list holds.
var currenciesWithoutMinorUnits = listed("XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA CNH STD " + strings.Repeat("X", 3))

// vatCategories are the codes of UNCL5305 that the norm allows.
var vatCategories = listed("S Z E AE K G O L M B")

// paymentMeans are the codes of UNTDID 4461.
var paymentMeans = numbered("%d", "ZZZ", 1, 70, 74, 78, 91, 98)

// identifierSchemes are the codes of ISO 6523 (ICD), which grow from year to year.
var identifierSchemes = numbered("%04d", "", 2, 91, 93, 102, 104, 180, 183, 248)

// numbered lists the numbers of ranges, printed by the format, and further codes.
func numbered(format, further string, bounds ...int) codes {
	list := listed(further)
	for i := 0; i < len(bounds); i += 2 {
		for number := bounds[i]; number <= bounds[i+1]; number++ {
			list[fmt.Sprintf(format, number)] = struct{}{}
		}
	}
	return list
}

// allowanceReasons are the codes of UNTDID 5189.
var allowanceReasons = listed("41 42 60 62 63 64 65 66 67 68 70 71 88 95 100 102 103 104 105")

// mediaTypes are the media types of BT-125.
var mediaTypes = listed(`
	application/pdf image/png image/jpeg text/csv
	application/vnd.openxmlformats-officedocument.spreadsheetml.sheet application/vnd.oasis.opendocument.spreadsheet
`)

// countries are the codes of ISO 3166-1 alpha-2, with XI for Northern Ireland and 1A for Kosovo.
var countries = listed(`
	1A AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY
	BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM
	FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT
	JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN
	MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT
	PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL
	TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XI YE YT ZA ZM ZW
`)

// electronicSchemes are the Electronic Address Schemes (EAS) of the European Commission.
var electronicSchemes = listed(`
	0002 0007 0009 0037 0060 0088 0096 0097 0106 0130 0135 0142 0147 0151 0154 0158 0170 0177 0183 0184 0188 0190
	0191 0192 0193 0194 0195 0196 0198 0199 0200 0201 0202 0203 0204 0205 0208 0209 0210 0211 0212 0213 0215 0216
	0217 0218 0219 0220 0221 0225 0230 0235 0240 0242 0244 0245 0246 0248 9910 9913 9914 9915 9918 9919 9920 9922
	9923 9924 9925 9926 9927 9928 9929 9930 9931 9932 9933 9934 9935 9936 9937 9938 9939 9940 9941 9942 9943 9944
	9945 9946 9947 9948 9949 9950 9951 9952 9953 9957 9959 AN AQ AS AU EM
`)

// exemptionReasons are the codes of the VATEX list of the European Commission.
var exemptionReasons = listed(`
	VATEX-EU-132 VATEX-EU-132-1A VATEX-EU-132-1B VATEX-EU-132-1C VATEX-EU-132-1D VATEX-EU-132-1E VATEX-EU-132-1F
	VATEX-EU-132-1G VATEX-EU-132-1H VATEX-EU-132-1I VATEX-EU-132-1J VATEX-EU-132-1K VATEX-EU-132-1L
	VATEX-EU-132-1M VATEX-EU-132-1N VATEX-EU-132-1O VATEX-EU-132-1P VATEX-EU-132-1Q VATEX-EU-135-1 VATEX-EU-143
	VATEX-EU-143-1A VATEX-EU-143-1B VATEX-EU-143-1C VATEX-EU-143-1D VATEX-EU-143-1E VATEX-EU-143-1F
	VATEX-EU-143-1FA VATEX-EU-143-1G VATEX-EU-143-1H VATEX-EU-143-1I VATEX-EU-143-1J VATEX-EU-143-1K
	VATEX-EU-143-1L VATEX-EU-144 VATEX-EU-146-1E VATEX-EU-148 VATEX-EU-148-A VATEX-EU-148-B VATEX-EU-148-C
	VATEX-EU-148-D VATEX-EU-148-E VATEX-EU-148-F VATEX-EU-148-G VATEX-EU-151 VATEX-EU-151-1A VATEX-EU-151-1AA
	VATEX-EU-151-1B VATEX-EU-151-1C VATEX-EU-151-1D VATEX-EU-151-1E VATEX-EU-153 VATEX-EU-159 VATEX-EU-309
	VATEX-EU-79-C VATEX-EU-AE VATEX-EU-D VATEX-EU-F VATEX-EU-G VATEX-EU-I VATEX-EU-IC VATEX-EU-J VATEX-EU-O
	VATEX-FR-298SEXDECIESA VATEX-FR-AE VATEX-FR-CGI261-1 VATEX-FR-CGI261-2 VATEX-FR-CGI261-3 VATEX-FR-CGI261-4
	VATEX-FR-CGI261-5 VATEX-FR-CGI261-7 VATEX-FR-CGI261-8 VATEX-FR-CGI261A VATEX-FR-CGI261B VATEX-FR-CGI261C-1
	VATEX-FR-CGI261C-2 VATEX-FR-CGI261C-3 VATEX-FR-CGI261D-1 VATEX-FR-CGI261D-1BIS VATEX-FR-CGI261D-2
	VATEX-FR-CGI261D-3 VATEX-FR-CGI261D-4 VATEX-FR-CGI261E-1 VATEX-FR-CGI261E-2 VATEX-FR-CGI275 VATEX-FR-CGI277A
	VATEX-FR-CGI295 VATEX-FR-CNWVAT VATEX-FR-FRANCHISE
`)

// classificationSchemes are the codes of UNTDID 7143.
var classificationSchemes = listed(`
	AA AB AC AD AE AF AG AH AI AJ AK AL AM AN AO AP AQ AR AS AT AU AV AW AX AY AZ BA BB BC BD BE BF BG BH BI BJ BK
	BL BM BN BO BP BQ BR BS BT BU BV BW BX BY BZ CC CG CL CR CV DR DW EC EF EMD EN FS GB GN GMN GS HS IB IN IS IT
	IZ MA MF MN MP NB ON PD PL PO PPI PV QS RC RN RU RY SA SG SK SN SRS SRT SRU SRV SRW SRX SRY SRZ SS SSA SSB SSC
	SSD SSE SSF SSG SSH SSI SSJ SSK SSL SSM SSN SSO SSP SSQ SSR SSS SST SSU SSV SSW SSX SSY SSZ ST STA STB STC STD
	STE STF STG STH STI STJ STK STL STM STN STO STP STQ STR STS STT STU STV STW STX STY STZ SUA SUB SUC SUD SUE
	SUF SUG SUH SUI SUJ SUK SUL SUM TG TSN TSO TSP TSQ TSR TSS TST TSU UA UP VN VP VS VX ZZZ
`)

// chargeReasons are the codes of UNTDID 7161.
var chargeReasons = listed(`
	AA AAA AAC AAD AAE AAF AAH AAI AAS AAT AAV AAY AAZ ABA ABB ABC ABD ABF ABK ABL ABN ABR ABS ABT ABU ACF ACG ACH
	ACI ACJ ACK ACL ACM ACS ADC ADE ADJ ADK ADL ADM ADN ADO ADP ADQ ADR ADT ADW ADY ADZ AEA AEB AEC AED AEF AEH
	AEI AEJ AEK AEL AEM AEN AEO AEP AES AET AEU AEV AEW AEX AEY AEZ AJ AU CA CAB CAD CAE CAF CAI CAJ CAK CAL CAM
	CAN CAO CAP CAQ CAR CAS CAT CAU CAV CAW CAX CAY CAZ CD CG CS CT DAB DAD DAC DAF DAG DAH DAI DAJ DAK DAL DAM
	DAN DAO DAP DAQ DL EG EP ER FAA FAB FAC FC FH FI GAA HAA HD HH IAA IAB ID IF IR IS KO L1 LA LAA LAB LF MAE MI
	ML NAA OA PA PAA PC PL PRV RAB RAC RAD RAF RE RF RH RV SA SAA SAD SAE SAI SG SH SM SU TAB TAC TT TV V1 V2 WH
	XAA YY ZZZ
`)
