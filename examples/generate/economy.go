package main

// party is one invented company. LEI, IBAN, VAT number and GLN carry valid
// check digits; their prefixes (999000, bank codes from 999, GS1's 952) are
// ones that nobody is issued.
type party struct {
	Key     string   `json:"key"`
	Name    string   `json:"name"`
	Trade   string   `json:"trade"` // what the company does
	Roles   []string `json:"roles"`
	Tier    int      `json:"tier"` // 0 anchor and institutions, 1 sells to the anchor, 2 sells to tier 1, 3 to tier 2
	Country string   `json:"country"`
	Street  string   `json:"street"`
	City    string   `json:"city"`
	Postal  string   `json:"postal_code"`
	LEI     string   `json:"lei"`
	VAT     string   `json:"vat"`
	GLN     string   `json:"gln,omitempty"`
	IBAN    string   `json:"iban"`
	BIC     string   `json:"bic"`
	Phone   string   `json:"phone,omitempty"`
}

var (
	havelmark = &party{
		Key: "havelmark", Name: "Havelmark Werke AG", Trade: "machine tools and presses",
		Roles: []string{"anchor", "buyer"}, Tier: 0, Country: "DE",
		Street: "Alte Werftstraße 12", City: "Brandenburg an der Havel", Postal: "14770",
		LEI: "999000HAVELM4K7Q2X48", VAT: "DE999412705", GLN: gtin("952000410010"),
		IBAN: "DE02999100400041270018", BIC: "XHVBDEX1", Phone: "+49 30 23125 401",
	}
	rottmuehl = &party{
		Key: "rottmuehl", Name: "Gießerei Rottmühl GmbH", Trade: "iron castings",
		Roles: []string{"seller", "buyer"}, Tier: 1, Country: "DE",
		Street: "Kupolofenweg 3", City: "Chemnitz", Postal: "09117",
		LEI: "999000R0TTMHL81C3D71", VAT: "DE999384168", GLN: gtin("952000410020"),
		IBAN: "DE84999200500008416233", BIC: "XRMBDEX1", Phone: "+49 30 23125 402",
	}
	traunfels = &party{
		Key: "traunfels", Name: "Traunfelser Wälzlager GmbH", Trade: "bearings and linear guides",
		Roles: []string{"seller"}, Tier: 1, Country: "AT",
		Street: "Uferzeile 41", City: "Gmunden", Postal: "4810",
		LEI: "999000TRFELS5W9Z2076", VAT: "ATU99472132", GLN: gtin("952000410030"),
		IBAN: "AT049914000047213905", BIC: "XTFBATX1", Phone: "+43 7612 000 403",
	}
	morawin = &party{
		Key: "morawin", Name: "Hydraulika Morawin Sp. z o.o.", Trade: "hydraulic cylinders and power packs",
		Roles: []string{"seller"}, Tier: 1, Country: "PL",
		Street: "ul. Tłoczna 8", City: "Wrocław", Postal: "50-984",
		LEI: "999000M0RAWN36PK8150", VAT: "PL9993182748", GLN: gtin("952000410040"),
		IBAN: "PL43999103270000003182740017", BIC: "XMWBPLX1", Phone: "+48 71 000 04 04",
	}
	sazavin = &party{
		Key: "sazavin", Name: "Sázavin Elektronika s.r.o.", Trade: "drives and controls",
		Roles: []string{"seller", "buyer"}, Tier: 1, Country: "CZ",
		Street: "Měničová 215", City: "Kutná Hora", Postal: "284 01",
		LEI: "999000SAZAVN72E6L487", VAT: "CZ08941271", GLN: gtin("952000410050"),
		IBAN: "CZ9799300000002604185738", BIC: "XSZBCZX1", Phone: "+420 327 000 405",
	}
	schwarzeller = &party{
		Key: "schwarzeller", Name: "Schwarzeller Rohstoffhandel GmbH", Trade: "pig iron, scrap and alloys",
		Roles: []string{"seller", "buyer"}, Tier: 2, Country: "DE",
		Street: "Schrottinsel 5", City: "Duisburg", Postal: "47119",
		LEI: "999000SCHWZL18R0H572", VAT: "DE999277358", GLN: gtin("952000410060"),
		IBAN: "DE97999300600027735140", BIC: "XSRBDEX1", Phone: "+49 30 23125 406",
	}
	kesselbruck = &party{
		Key: "kesselbruck", Name: "Kesselbrucker Umschlag GmbH", Trade: "sorting, handling and haulage of scrap",
		Roles: []string{"seller"}, Tier: 3, Country: "DE",
		Street: "Am Kesselbruch 17", City: "Moers", Postal: "47441",
		LEI: "999000KESSBR7H30L124", VAT: "DE999841622", GLN: gtin("952000410080"),
		IBAN: "DE53999300700031846205", BIC: "XSRBDEX1", Phone: "+49 30 23125 408",
	}
	turcava = &party{
		Key: "turcava", Name: "Plošnospoj Turčava s.r.o.", Trade: "printed circuit boards",
		Roles: []string{"seller"}, Tier: 2, Country: "SK",
		Street: "Leptárska 19", City: "Martin", Postal: "036 01",
		LEI: "999000TURCVA94B2S729", VAT: "SK9927183453", GLN: gtin("952000410070"),
		IBAN: "SK7299600000002731845022", BIC: "XTCBSKX1", Phone: "+421 43 000 0407",
	}
)

// traders appear in documents; institutions only move and mind the money.
var (
	traders      = []*party{havelmark, rottmuehl, traunfels, morawin, sazavin, schwarzeller, turcava, kesselbruck}
	institutions = []*party{
		{
			Key: "ellernberg", Name: "Bankhaus Ellernberg AG", Trade: "bank",
			Roles: []string{"funder"}, Country: "DE",
			Street: "Kontorgasse 1", City: "Hamburg", Postal: "20457",
			LEI: "999000ELLRNB10BK3504", VAT: "DE999103848",
			IBAN: "DE44999000100000000001", BIC: "XELBDEX1",
		},
		{
			Key: "muehlgraben", Name: "Mühlgraben Factoring GmbH", Trade: "factor",
			Roles: []string{"funder"}, Country: "DE",
			Street: "Am Mühlgraben 22", City: "Leipzig", Postal: "04107",
			LEI: "999000MHLGRB57FC2823", VAT: "DE999662189",
			IBAN: "DE18999000100066218004", BIC: "XELBDEX1",
		},
		{
			Key: "muehlwehr", Name: "Mühlwehr Betriebsgesellschaft mbH", Trade: "runs the node",
			Roles: []string{"operator"}, Country: "DE",
			Street: "Wehrbrücke 7", City: "Potsdam", Postal: "14467",
			LEI: "999000MHLWHR63PT1946", VAT: "DE999550314",
			IBAN: "DE58999400700055031002", BIC: "XOWBDEX1",
		},
		{
			Key: "oderwerder", Name: "Treuhandbank Oderwerder AG", Trade: "keeps the supervised accounts",
			Roles: []string{"custodian_bank"}, Country: "DE",
			Street: "Deichplatz 2", City: "Frankfurt (Oder)", Postal: "15230",
			LEI: "9990000DERWR29CB4680", VAT: "DE999729463",
			IBAN: "DE09999400700000000001", BIC: "XOWBDEX1",
		},
	}
)

// item is an article of a seller's catalogue. The unit is a code of UN/ECE
// Recommendation 20; the price is for base whole units.
type item struct {
	number string // the seller's
	gtin   string
	name   string
	unit   string
	price  price
	base   int64
}

var (
	pumpHousing   = item{"GR-1104", gtin("952000411104"), "Pump housing GJS-400-15, machined", "C62", 184_5000, 1}
	bearingBlock  = item{"GR-1130", gtin("952000411130"), "Bearing block GJL-250", "C62", 62_8000, 1}
	gearCase      = item{"GR-1207", gtin("952000411207"), "Gear case, upper half, GJL-250", "C62", 241_9000, 1}
	counterweight = item{"GR-1400", gtin("952000411400"), "Counterweight, raw casting", "KGM", 1_8650, 1}
	machineBed    = item{"GR-1901", gtin("952000411901"), "Machine bed GJL-300, 4.2 m, stress relieved", "H87", 33_750_0000, 1}

	sphericalBearing = item{"22218-TW", gtin("952000412218"), "Spherical roller bearing 90 x 160 x 40", "C62", 148_3500, 1}
	grooveBearing    = item{"6204-TW", gtin("952000416204"), "Deep groove ball bearing 20 x 47 x 14", "C62", 412_5000, 100}
	taperedBearing   = item{"32010-TW", gtin("952000413201"), "Tapered roller bearing 50 x 80 x 20", "C62", 27_9500, 1}
	guideRail        = item{"LG35-R", gtin("952000413500"), "Linear guide rail 35 mm, ground", "MTR", 118_4000, 1}
	guideCarriage    = item{"LG35-C", gtin("952000413501"), "Linear guide carriage 35 mm", "C62", 96_7500, 1}

	cylinder   = item{"SH-80/56-400", gtin("952000414080"), "Hydraulic cylinder 80/56, stroke 400 mm", "C62", 326_0000, 1}
	sealKit    = item{"UZ-80", gtin("952000414081"), "Seal kit for cylinder 80/56", "SET", 38_2000, 1}
	valveBlock = item{"BZ-6", gtin("952000414106"), "Valve block, six stations", "C62", 512_4000, 1}
	hose       = item{"WP-16-2", gtin("952000414162"), "Hydraulic hose DN 16, two wire braids", "MTR", 7_8500, 1}
	powerPack  = item{"AH-15", gtin("952000414315"), "Hydraulic power pack 15 kW", "H87", 4_870_0000, 1}

	servoDrive    = item{"SM-5500", gtin("952000415500"), "Servo drive 5.5 kW", "H87", 1_142_0000, 1}
	inputModule   = item{"IO-32", gtin("952000415032"), "Input/output module, 32 channels", "H87", 186_3000, 1}
	operatorPanel = item{"OP-15", gtin("952000415015"), "Operator panel 15\"", "H87", 604_0000, 1}
	encoderCable  = item{"KE-5", gtin("952000415005"), "Encoder cable, 5 m", "C62", 21_4500, 1}
	terminalBlock = item{"SV-2.5", gtin("952000415025"), "Terminal block 2.5 mm²", "C62", 38_9000, 100}

	pigIron      = item{"RE-N", gtin("952000417001"), "Foundry pig iron, nodular grade", "TNE", 468_5000, 1}
	steelScrap   = item{"SC-E8", gtin("952000417008"), "Steel scrap, new production, thin", "TNE", 312_7500, 1}
	ferrosilicon = item{"FS-75", gtin("952000417075"), "Ferrosilicon 75 %, 10-50 mm", "KGM", 1_420_0000, 1000}

	driveBoard  = item{"PS6-5500", gtin("952000418006"), "Printed circuit board, six layers, servo drive", "C62", 1_184_0000, 100}
	scrapSorted = item{"US-E8", gtin("952000419001"), "Steel scrap sorted, sheared and baled", "TNE", 46_8000, 1}
	scrapHauled = item{"UT-100", gtin("952000419002"), "Haulage of scrap, within 100 km", "TNE", 13_2500, 1}

	inputBoard = item{"PS4-032", gtin("952000418004"), "Printed circuit board, four layers, input module", "C62", 642_0000, 100}
)

// chain is one deal, from the order to the last invoice or credit note.
type chain struct {
	folder         string
	special        string // see the table of specials in README.md
	about          string
	seller, buyer  *party
	order          string
	ordered        string // date, as all below
	response       string // "", "simple" or "full"
	responseNumber string
	responded      string
	wanted         string
	termDays       int
	lines          []line
	deliveries     []delivery
	credit         *credit
}

type line struct {
	item
	quantity quantity
}

// delivery is one shipment with its receipt and invoice. Quantities are given
// by order line; nil means that the step takes over the step before it, and
// the first takes over the order. A zero leaves the line out.
type delivery struct {
	despatch, despatchDate string
	receipt, receiptDate   string
	invoice, invoiceDate   string
	despatched             []quantity
	received               []quantity
	billed                 []quantity
	prices                 []price // nil: as ordered
}

type credit struct {
	number, date string
	quantities   []quantity
	reason       string
}

// chains are in the order of their folders. Days are working days from
// 2026-09-01 to 2026-10-05.
var chains = []chain{
	{
		folder: "01-castings", special: "clean", about: "three lines, one by weight; its invoice is sent again in 90-resent",
		seller: rottmuehl, buyer: havelmark, order: "PO-2026-4101", ordered: "2026-09-01", wanted: "2026-09-16", termDays: 60,
		response: "simple", responseNumber: "AB-20418", responded: "2026-09-02",
		lines: []line{{pumpHousing, units(120)}, {bearingBlock, units(200)}, {counterweight, units(3600)}},
		deliveries: []delivery{{
			despatch: "LS-5510", despatchDate: "2026-09-14", receipt: "WE-26-0871", receiptDate: "2026-09-15",
			invoice: "RE-2026-0914", invoiceDate: "2026-09-16",
		}},
	},
	{
		folder: "02-bearings", special: "clean", about: "a price per 100 pieces",
		seller: traunfels, buyer: havelmark, order: "PO-2026-4102", ordered: "2026-09-01", wanted: "2026-09-15", termDays: 60,
		response: "full", responseNumber: "AB26/1190", responded: "2026-09-03",
		lines: []line{{sphericalBearing, units(180)}, {grooveBearing, units(2400)}},
		deliveries: []delivery{{
			despatch: "L26/2841", despatchDate: "2026-09-10", receipt: "WE-26-0866", receiptDate: "2026-09-14",
			invoice: "TW26/3307", invoiceDate: "2026-09-15",
		}},
	},
	{
		folder: "03-hydraulics", special: "clean", about: "90 days; its invoice comes back under a new number in 91-renumbered",
		seller: morawin, buyer: havelmark, order: "PO-2026-4105", ordered: "2026-09-02", wanted: "2026-09-18", termDays: 90,
		lines: []line{{cylinder, units(64)}, {hose, units(850)}, {sealKit, units(128)}},
		deliveries: []delivery{{
			despatch: "WZ/0918/26", despatchDate: "2026-09-16", receipt: "WE-26-0884", receiptDate: "2026-09-18",
			invoice: "FV/2026/09/0118", invoiceDate: "2026-09-21",
		}},
	},
	{
		folder: "04-electronics", special: "clean", about: "its invoice has the same number as that of another seller in 11",
		seller: sazavin, buyer: havelmark, order: "PO-2026-4107", ordered: "2026-09-03", wanted: "2026-09-18", termDays: 45,
		response: "simple", responseNumber: "PO260933", responded: "2026-09-04",
		lines: []line{{servoDrive, units(36)}, {inputModule, units(48)}, {encoderCable, units(72)}, {terminalBlock, units(1500)}},
		deliveries: []delivery{{
			despatch: "DL260518", despatchDate: "2026-09-17", receipt: "WE-26-0885", receiptDate: "2026-09-18",
			invoice: "20260417", invoiceDate: "2026-09-21",
		}},
	},
	{
		folder: "05-castings-partial", special: "partial_delivery", about: "50 of 90 gear cases first, the other 40 later; each delivery is invoiced by itself",
		seller: rottmuehl, buyer: havelmark, order: "PO-2026-4108", ordered: "2026-09-03", wanted: "2026-09-17", termDays: 60,
		lines: []line{{gearCase, units(90)}, {pumpHousing, units(60)}},
		deliveries: []delivery{
			{
				despatch: "LS-5514", despatchDate: "2026-09-15", receipt: "WE-26-0876", receiptDate: "2026-09-16",
				invoice: "RE-2026-0921", invoiceDate: "2026-09-17",
				despatched: []quantity{units(50), units(60)},
			},
			{
				despatch: "LS-5561", despatchDate: "2026-09-28", receipt: "WE-26-0923", receiptDate: "2026-09-29",
				invoice: "RE-2026-0961", invoiceDate: "2026-09-30",
				despatched: []quantity{units(40), 0},
			},
		},
	},
	{
		folder: "06-bearings-price", special: "price_difference", about: "tapered bearings ordered at 27.95, invoiced at 29.35",
		seller: traunfels, buyer: havelmark, order: "PO-2026-4111", ordered: "2026-09-04", wanted: "2026-09-22", termDays: 60,
		lines: []line{{taperedBearing, units(600)}, {guideCarriage, units(80)}},
		deliveries: []delivery{{
			despatch: "L26/2880", despatchDate: "2026-09-18", receipt: "WE-26-0891", receiptDate: "2026-09-21",
			invoice: "TW26/3351", invoiceDate: "2026-09-22",
			prices: []price{29_3500, 96_7500},
		}},
	},
	{
		folder: "07-hydraulics-short", special: "quantity_difference", about: "40 valve blocks sent and invoiced, 37 received",
		seller: morawin, buyer: havelmark, order: "PO-2026-4112", ordered: "2026-09-04", wanted: "2026-09-23", termDays: 60,
		lines: []line{{valveBlock, units(40)}, {hose, units(400)}},
		deliveries: []delivery{{
			despatch: "WZ/0931/26", despatchDate: "2026-09-21", receipt: "WE-26-0896", receiptDate: "2026-09-22",
			invoice: "FV/2026/09/0127", invoiceDate: "2026-09-23",
			received: []quantity{units(37), units(400)}, billed: []quantity{units(40), units(400)},
		}},
	},
	{
		folder: "08-electronics-credited", special: "credit_note", about: "24 panels invoiced, 22 received; a credit note takes back the two",
		seller: sazavin, buyer: havelmark, order: "PO-2026-4114", ordered: "2026-09-07", wanted: "2026-09-23", termDays: 45,
		response: "simple", responseNumber: "PO260940", responded: "2026-09-08",
		lines: []line{{operatorPanel, units(24)}, {inputModule, units(60)}},
		deliveries: []delivery{{
			despatch: "DL260527", despatchDate: "2026-09-22", receipt: "WE-26-0902", receiptDate: "2026-09-23",
			invoice: "20260423", invoiceDate: "2026-09-24",
			received: []quantity{units(22), units(60)}, billed: []quantity{units(24), units(60)},
		}},
		credit: &credit{
			number: "D20260009", date: "2026-10-01", quantities: []quantity{units(2), 0},
			reason: "Two operator panels invoiced but not delivered.",
		},
	},
	{
		folder: "09-castings-large", special: "referral", about: "twelve machine beds: large enough that a person has to look",
		seller: rottmuehl, buyer: havelmark, order: "PO-2026-4116", ordered: "2026-09-07", wanted: "2026-09-29", termDays: 90,
		response: "full", responseNumber: "AB-20433", responded: "2026-09-09",
		lines: []line{{machineBed, units(12)}},
		deliveries: []delivery{{
			despatch: "LS-5560", despatchDate: "2026-09-28", receipt: "WE-26-0922", receiptDate: "2026-09-29",
			invoice: "RE-2026-0963", invoiceDate: "2026-09-30",
		}},
	},
	{
		folder: "10-raw-materials", special: "tier_2", about: "the foundry buys its iron: tonnes, and kilogrammes priced per 1,000",
		seller: schwarzeller, buyer: rottmuehl, order: "BE26-0731", ordered: "2026-09-01", wanted: "2026-09-08", termDays: 30,
		lines: []line{{pigIron, thousandths(42_500)}, {steelScrap, thousandths(60_240)}, {ferrosilicon, units(1800)}},
		deliveries: []delivery{{
			despatch: "LF-30177", despatchDate: "2026-09-07", receipt: "WE-R-3318", receiptDate: "2026-09-08",
			invoice: "SR-88213", invoiceDate: "2026-09-09",
		}},
	},
	{
		folder: "11-circuit-boards", special: "tier_2", about: "the drive maker buys circuit boards, across a border",
		seller: turcava, buyer: sazavin, order: "OBJ-260118", ordered: "2026-09-02", wanted: "2026-09-10", termDays: 60,
		response: "simple", responseNumber: "P-2260", responded: "2026-09-03",
		lines: []line{{driveBoard, units(1200)}, {inputBoard, units(2500)}},
		deliveries: []delivery{{
			despatch: "DL-4471", despatchDate: "2026-09-09", receipt: "PR260207", receiptDate: "2026-09-10",
			invoice: "20260417", invoiceDate: "2026-09-11",
		}},
	},
	{
		folder: "12-bearings", special: "paid_late", about: "clean documents; the buyer pays this one after its due date",
		seller: traunfels, buyer: havelmark, order: "PO-2026-4119", ordered: "2026-09-08", wanted: "2026-09-22", termDays: 30,
		lines: []line{{guideRail, thousandths(241_500)}, {guideCarriage, units(160)}},
		deliveries: []delivery{{
			despatch: "L26/2893", despatchDate: "2026-09-21", receipt: "WE-26-0897", receiptDate: "2026-09-22",
			invoice: "TW26/3358", invoiceDate: "2026-09-23",
		}},
	},
	{
		folder: "13-hydraulics", special: "clean", about: "one line",
		seller: morawin, buyer: havelmark, order: "PO-2026-4120", ordered: "2026-09-08", wanted: "2026-09-28", termDays: 60,
		response: "simple", responseNumber: "PZ/0447/26", responded: "2026-09-09",
		lines: []line{{powerPack, units(6)}},
		deliveries: []delivery{{
			despatch: "WZ/0962/26", despatchDate: "2026-09-25", receipt: "WE-26-0917", receiptDate: "2026-09-28",
			invoice: "FV/2026/09/0149", invoiceDate: "2026-09-29",
		}},
	},
	{
		folder: "14-electronics", special: "clean", about: "five lines, 90 days",
		seller: sazavin, buyer: havelmark, order: "PO-2026-4123", ordered: "2026-09-10", wanted: "2026-09-29", termDays: 90,
		response: "full", responseNumber: "PO260951", responded: "2026-09-11",
		lines: []line{
			{servoDrive, units(20)}, {operatorPanel, units(10)}, {encoderCable, units(40)},
			{inputModule, units(24)}, {terminalBlock, units(850)},
		},
		deliveries: []delivery{{
			despatch: "DL260541", despatchDate: "2026-09-28", receipt: "WE-26-0924", receiptDate: "2026-09-29",
			invoice: "20260436", invoiceDate: "2026-09-30",
		}},
	},
	{
		folder: "15-castings", special: "clean", about: "a weight to three decimals, rounded to the cent",
		seller: rottmuehl, buyer: havelmark, order: "PO-2026-4125", ordered: "2026-09-11", wanted: "2026-09-30", termDays: 45,
		lines: []line{{gearCase, units(24)}, {counterweight, thousandths(5_187_375)}, {bearingBlock, units(75)}},
		deliveries: []delivery{{
			despatch: "LS-5566", despatchDate: "2026-09-29", receipt: "WE-26-0928", receiptDate: "2026-09-30",
			invoice: "RE-2026-0978", invoiceDate: "2026-10-01",
		}},
	},
	{
		folder: "16-bearings", special: "clean", about: "the last invoice of the period",
		seller: traunfels, buyer: havelmark, order: "PO-2026-4128", ordered: "2026-09-14", wanted: "2026-10-01", termDays: 60,
		response: "simple", responseNumber: "AB26/1244", responded: "2026-09-15",
		lines: []line{{sphericalBearing, units(60)}, {grooveBearing, units(1250)}, {taperedBearing, units(150)}},
		deliveries: []delivery{{
			despatch: "L26/2934", despatchDate: "2026-09-30", receipt: "WE-26-0931", receiptDate: "2026-10-01",
			invoice: "TW26/3412", invoiceDate: "2026-10-05",
		}},
	},
	{
		folder: "17-castings", special: "certificate", about: "a certificate is issued on it and goes through three tiers",
		seller: rottmuehl, buyer: havelmark, order: "PO-2026-4131", ordered: "2026-09-07", wanted: "2026-10-01", termDays: 75,
		response: "simple", responseNumber: "AB-20447", responded: "2026-09-08",
		lines: []line{{gearCase, units(180)}, {pumpHousing, units(140)}},
		deliveries: []delivery{{
			despatch: "LS-5571", despatchDate: "2026-09-30", receipt: "WE-26-0933", receiptDate: "2026-10-01",
			invoice: "RE-2026-0981", invoiceDate: "2026-10-01",
		}},
	},
	{
		folder: "18-raw-materials", special: "paid_by_certificate", about: "tier 2; its invoice is paid with a part of the certificate of 17-castings",
		seller: schwarzeller, buyer: rottmuehl, order: "EK-26-0581", ordered: "2026-09-08", wanted: "2026-09-24", termDays: 90,
		lines: []line{{steelScrap, thousandths(78_400)}, {pigIron, thousandths(31_250)}},
		deliveries: []delivery{{
			despatch: "SR-LS-26/1290", despatchDate: "2026-09-23", receipt: "RW-WE-0312", receiptDate: "2026-09-24",
			invoice: "SR-26-2217", invoiceDate: "2026-09-25",
		}},
	},
	{
		folder: "19-haulage", special: "paid_by_certificate", about: "tier 3; its invoice is paid with a part of the part",
		seller: kesselbruck, buyer: schwarzeller, order: "SB-26-0904", ordered: "2026-09-07", wanted: "2026-09-22", termDays: 90,
		lines: []line{{scrapSorted, thousandths(182_600)}, {scrapHauled, thousandths(182_600)}},
		deliveries: []delivery{{
			despatch: "KU-26-0411", despatchDate: "2026-09-21", receipt: "SR-WE-0118", receiptDate: "2026-09-22",
			invoice: "KU-R-26-0377", invoiceDate: "2026-09-23",
		}},
	},
}

// The two repeats: one invoice sent again byte for byte, and one sent again
// under another number and date.
const (
	resentFolder      = "90-resent"
	resentFile        = "invoice-sent-again.xml"
	resentFrom        = "01-castings"
	renumberedFolder  = "91-renumbered"
	renumberedFile    = "invoice-renumbered.xml"
	renumberedFrom    = "03-hydraulics"
	renumberedInvoice = "FV/2026/09/0121"
	renumberedDate    = "2026-09-22"
)
