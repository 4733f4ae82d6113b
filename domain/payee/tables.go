package payee

import "strings"

// fillers are words that say nothing of whose name it is: "and" in several languages, and titles.
var fillers = set("and und et en og och ve oraz herr frau mr mrs ms miss dr prof mme monsieur madame mlle firma fa messrs the")

// formWordsMax is how many words a legal form has at most, as listed.
const formWordsMax = 5

// forms are legal forms as they end a name, folded, by what they are: forms of one country that are the same by law stand together, and
// those of different countries that share a short name too.
var forms = table(`
gmbh: gmbh, gesellschaft mit beschraenkter haftung, gesellschaft mbh, ges mbh, gesmbh, mbh
ug: ug, ug haftungsbeschraenkt, unternehmergesellschaft haftungsbeschraenkt, unternehmergesellschaft
ag: ag, aktiengesellschaft
kg: kg, kommanditgesellschaft
gmbh&co kg: gmbh and co kg, gmbh co kg, gmbh and co kommanditgesellschaft, gmbh und co kg
ag&co kg: ag and co kg, ag co kg, ag and co kgaa, se and co kg, se and co kgaa
kgaa: kgaa, kommanditgesellschaft auf aktien
ohg: ohg, offene handelsgesellschaft
ek: ek, e k, eingetragener kaufmann, eingetragene kauffrau, ekfm, ekfr
ev: ev, eingetragener verein
eg: eg, eingetragene genossenschaft
gbr: gbr, gesellschaft buergerlichen rechts
se: se, societas europaea
ltd: ltd, limited, private limited company
pvt ltd: pvt ltd, private limited, pte ltd, pty ltd, proprietary limited, p ltd
co ltd: co ltd, company limited, co limited, company ltd, coltd
plc: plc, public limited company
llp: llp, limited liability partnership
lp: lp, limited partnership
llc: llc, limited liability company, limited liability co
inc: inc, incorporated
corp: corp, corporation
co: co, company, cie, compagnie
sarl: sarl, societe a responsabilite limitee, sarlu, eurl
sas: sas, societe par actions simplifiee, sasu
sa: sa, societe anonyme, sociedad anonima, sociedade anonima, spolka akcyjna, s a
snc: snc, societe en nom collectif, societa in nome collettivo
sci: sci, societe civile immobiliere
srl: srl, societa a responsabilita limitata, societate cu raspundere limitata, sociedad de responsabilidad limitada, srls
spa: spa, societa per azioni
sl: sl, sociedad limitada, slu, sociedad limitada unipersonal
sau: sau, sociedad anonima unipersonal
lda: lda, limitada, unipessoal lda
ltda: ltda
bv: bv, besloten vennootschap, bvba
nv: nv, naamloze vennootschap
vof: vof, vennootschap onder firma
ab: ab, aktiebolag, publ ab, ab publ
as: as, aksjeselskap, aktieselskab, anonim sirketi, akciova spolecnost, akciova spolocnost
asa: asa, allmennaksjeselskap
aps: aps, anpartsselskab
oy: oy, osakeyhtioe, oy ab
oyj: oyj, julkinen osakeyhtioe
sp zoo: sp zoo, spzoo, sp z oo, spolka z oo, spolka z ograniczona odpowiedzialnoscia
sro: sro, spol sro, spolecnost s rucenim omezenym, spolocnost s rucenim obmedzenym
kft: kft, korlatolt felelossegu tarsasag
zrt: zrt, nyrt, rt, zartkoruen mukodo reszvenytarsasag
doo: doo, drustvo s ogranicenom odgovornoscu
dd: dd, dionicko drustvo, delniska druzba
uab: uab, uzdaroji akcine bendrove
sia: sia
oue: oue, osauehing, ou
eood: eood, ood
ike: ike, epe, ae
ltd sti: ltd sti, limited sirketi
sdn bhd: sdn bhd, sendirian berhad, bhd, berhad
tbk: tbk
kk: kk, kabushiki kaisha, gk, godo kaisha
ooo: ooo
oao: oao, pao, ao, zao
tov: tov`)

// leadingForms are those that stand before a name.
var leadingForms = table(`
ooo: ooo, obshchestvo s ogranichennoi otvetstvennostiu
oao: oao, pao, ao, zao
tov: tov
uab: uab
sia: sia
ab: ab
as: as
pt: pt
cv: cv
sarl: sarl
sas: sas
sa: sa
sci: sci
kk: kk, kabushiki kaisha`)

// characterForms are legal forms that end a name in characters, longer ones first. They are folded as names are.
var characterForms = []string{
	"有限责任公司", "股份有限公司", "有限責任公司", "集团有限公司", "股份公司", "有限公司", "合伙企业", "株式会社", "有限会社", "合同会社", "주식회사", "유한회사",
}

func set(words string) map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(words) {
		all[w] = true
	}
	return all
}

// table reads lines of a form and how it is written.
func table(lines string) map[string]string {
	by := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(lines), "\n") {
		form, written, _ := strings.Cut(line, ": ")
		for _, one := range strings.Split(written, ", ") {
			by[one] = form
		}
	}
	return by
}

// letters leads to Latin letters without accents: German umlauts as they are written out, Greek and Cyrillic as passports write
// them, roughly (ICAO Doc 9303-3).
var letters = func() map[rune]string {
	by := map[rune]string{
		'ä': "ae", 'ö': "oe", 'ü': "ue", 'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "oe", 'å': "aa", 'þ': "th", 'ð': "d", 'đ': "d", 'ħ': "h", 'ı': "i",
		'ł': "l", 'ŋ': "n", 'ĳ': "ij", 'ŀ': "l", 'ŧ': "t", 'ſ': "s", 'ẞ': "ss",
		'ж': "zh", 'х': "kh", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ъ': "", 'ь': "", 'ю': "iu", 'я': "ia", 'є': "ie", 'ї': "i", 'љ': "lj", 'њ': "nj", 'џ': "dz", 'ђ': "dj",
		'θ': "th", 'χ': "ch", 'ψ': "ps", 'ξ': "x",
	}
	for _, written := range []string{
		"aàáâãāăąǎạảấầẩẫậắằẳẵặаαά", "bбβ", "cçćĉċč", "dďдδ",
		"eèéêëēĕėęěẹẻẽếềểễệеёэεέ", "fфφ", "gĝğġģгґγ", "hĥ",
		"iìíîïĩīĭįǐịỉиіιίηήϊΐй", "jĵј", "kķкκ", "lĺļľлλ",
		"mмμ", "nñńņňŉнν", "oòóôõōŏőǒọỏốồổỗộớờởỡợơоοόωώ", "pпπ",
		"rŕŗřрρ", "sśŝşšșсσς", "tţťțтτ", "uùúûũūŭůűųǔụủứừửữựưуў",
		"vв", "wŵ", "yýÿŷỳỵỷỹыυύϋΰ", "zźżžзζ",
	} {
		for _, r := range written[1:] {
			by[r] = written[:1]
		}
	}
	return by
}()
