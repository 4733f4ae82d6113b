package screening

import "strings"

// countryCodes leads from names of countries, as lists write them, in capitals, to their codes of ISO 3166-1. A name that is not here counts
// for nothing.
var countryCodes = func() map[string]string {
	codes := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(countryNames), "\n") {
		for _, one := range strings.Split(line, "|") {
			codes[strings.ToUpper(one[3:])] = one[:2]
		}
	}
	return codes
}()

const countryNames = `
AD Andorra|AE United Arab Emirates|AF Afghanistan|AG Antigua and Barbuda|AI Anguilla|AL Albania|AM Armenia|AO Angola|AR Argentina|AS American Samoa|AT Austria|AU Australia|AW Aruba
AZ Azerbaijan|BA Bosnia and Herzegovina|BA Bosnia|BB Barbados|BD Bangladesh|BE Belgium|BF Burkina Faso|BG Bulgaria|BH Bahrain|BI Burundi|BJ Benin|BM Bermuda|BN Brunei
BN Brunei Darussalam|BO Bolivia|BO Bolivia (Plurinational State of)|BR Brazil|BS Bahamas|BS Bahamas, The|BS The Bahamas|BT Bhutan|BW Botswana|BY Belarus|BZ Belize|CA Canada
CD Democratic Republic of the Congo|CD Congo, Democratic Republic of the|CD The Democratic Republic of the Congo|CD DR Congo|CF Central African Republic|CG Congo|CG Republic of the Congo
CG Congo, Republic of the|CH Switzerland|CI Côte d'Ivoire|CI Cote d'Ivoire|CI Cote d Ivoire|CI Ivory Coast|CK Cook Islands|CL Chile|CM Cameroon|CN China|CN People's Republic of China
CO Colombia|CR Costa Rica|CU Cuba|CV Cabo Verde|CV Cape Verde|CW Curaçao|CW Curacao|CY Cyprus|CZ Czechia|CZ Czech Republic|DE Germany|DJ Djibouti|DK Denmark|DM Dominica
DO Dominican Republic|DZ Algeria|EC Ecuador|EE Estonia|EG Egypt|ER Eritrea|ES Spain|ET Ethiopia|FI Finland|FJ Fiji|FM Micronesia|FO Faroe Islands|FR France|GA Gabon
GB United Kingdom|GB United Kingdom of Great Britain and Northern Ireland|GB Great Britain|GD Grenada|GE Georgia|GF French Guiana|GG Guernsey|GH Ghana|GI Gibraltar|GL Greenland
GM Gambia|GM Gambia, The|GM The Gambia|GN Guinea|GP Guadeloupe|GQ Equatorial Guinea|GR Greece|GT Guatemala|GU Guam|GW Guinea-Bissau|GW Guinea Bissau|GY Guyana|HK Hong Kong
HN Honduras|HR Croatia|HT Haiti|HU Hungary|ID Indonesia|IE Ireland|IL Israel|IM Isle of Man|IM Man, Isle of|IN India|IQ Iraq|IR Iran|IR Iran, Islamic Republic of
IR Iran (Islamic Republic of)|IR Islamic Republic of Iran|IS Iceland|IT Italy|JE Jersey|JM Jamaica|JO Jordan|JP Japan|KE Kenya|KG Kyrgyzstan|KG Kyrgyz Republic|KH Cambodia|KI Kiribati
KM Comoros|KN Saint Kitts and Nevis|KN St. Kitts and Nevis|KP Korea, North|KP North Korea|KP Democratic People's Republic of Korea|KP Democratic Peoples Republic of Korea
KP Korea, Democratic People's Republic of|KR Korea, South|KR South Korea|KR Republic of Korea|KR Korea, Republic of|KW Kuwait|KY Cayman Islands|KZ Kazakhstan|LA Laos
LA Lao People's Democratic Republic|LB Lebanon|LC Saint Lucia|LC St. Lucia|LI Liechtenstein|LK Sri Lanka|LR Liberia|LS Lesotho|LT Lithuania|LU Luxembourg|LV Latvia|LY Libya
LY Libyan Arab Jamahiriya|MA Morocco|MC Monaco|MD Moldova|MD Republic of Moldova|MD Moldova, Republic of|ME Montenegro|MG Madagascar|MH Marshall Islands|MK North Macedonia
MK North Macedonia, The Republic of|MK Macedonia|MK The former Yugoslav Republic of Macedonia|ML Mali|MM Burma|MM Myanmar|MN Mongolia|MO Macau|MO Macao|MP Northern Mariana Islands
MQ Martinique|MR Mauritania|MS Montserrat|MT Malta|MU Mauritius|MV Maldives|MW Malawi|MX Mexico|MY Malaysia|MZ Mozambique|NA Namibia|NC New Caledonia|NE Niger|NG Nigeria|NI Nicaragua
NL Netherlands|NL The Netherlands|NO Norway|NP Nepal|NR Nauru|NU Niue|NZ New Zealand|OM Oman|PA Panama|PE Peru|PF French Polynesia|PG Papua New Guinea|PH Philippines|PK Pakistan
PL Poland|PR Puerto Rico|PS Palestinian|PS State of Palestine|PS Palestine|PS Palestine, State of|PS West Bank|PS Region: Gaza|PT Portugal|PW Palau|PY Paraguay|QA Qatar|RE Réunion|RE Reunion
RO Romania|RS Serbia|RU Russia|RU Russian Federation|RW Rwanda|SA Saudi Arabia|SB Solomon Islands|SC Seychelles|SD Sudan|SD The Sudan|SE Sweden|SG Singapore|SI Slovenia
SK Slovakia|SL Sierra Leone|SM San Marino|SN Senegal|SO Somalia|SR Suriname|SS South Sudan|ST Sao Tome and Principe|SV El Salvador|SX Sint Maarten|SY Syria|SY Syrian Arab Republic
SZ Eswatini|SZ Swaziland|TC Turks and Caicos Islands|TD Chad|TG Togo|TH Thailand|TJ Tajikistan|TL Timor-Leste|TM Turkmenistan|TN Tunisia|TO Tonga|TR Turkey|TR Türkiye|TR Turkiye
TT Trinidad and Tobago|TV Tuvalu|TW Taiwan|TZ Tanzania|TZ United Republic of Tanzania|TZ Tanzania, United Republic of|UA Ukraine|UA Region: Crimea|UG Uganda|US United States
US United States of America|UY Uruguay|UZ Uzbekistan|VA Holy See|VC Saint Vincent and the Grenadines|VC St. Vincent and the Grenadines|VE Venezuela
VE Venezuela (Bolivarian Republic of)|VE Venezuela, Bolivarian Republic of|VG Virgin Islands, British|VG British Virgin Islands|VI Virgin Islands, U.S.|VN Vietnam|VN Viet Nam|VU Vanuatu
WS Samoa|XK Kosovo|YE Yemen|YT Mayotte|ZA South Africa|ZM Zambia|ZW Zimbabwe`
