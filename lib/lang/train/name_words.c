// Word lists as C tables, typed by hand from common knowledge: they are short, stable and the same for every
// corpus. Each is sorted by bytes and searched by halves.
//
// They do two jobs. The readers of name corpora use them to tell what a corpus does not annotate (dates,
// amounts) from what it says is no name, and to strip titles; the lexicon's trainer sets a bit from each.
#include <stdlib.h>
#include <string.h>

#include "name_words.h"

// These are tables, filled to the end of the line.
// clang-format off
// Nationalities (ISO 3166 territories and their usual English adjectives), peoples, religions, parties.
static const char *const demonyms[] = {
    "Abkhaz", "Abkhazian", "Aboriginal", "Afghan", "African", "African-American", "Afro-American",
    "Afro-Caribbean", "Alaskan", "Alawite", "Albanian", "Algerian", "American", "Andorran", "Anglican",
    "Anglo-American", "Anglo-Saxon", "Angolan", "Antiguan", "Apache", "Arab", "Arab-American", "Arabian",
    "Arabic", "Argentine", "Argentinean", "Argentinian", "Arizonan", "Armenian", "Asian",
    "Asian-American", "Athenian", "Australian", "Austrian", "Azerbaijani", "Azeri", "Aztec", "Ba'athist",
    "Baathist", "Bahai", "Bahamian", "Bahraini", "Bangladeshi", "Baptist", "Barbadian", "Basque",
    "Bavarian", "Bedouin", "Belarusian", "Belarussian", "Belgian", "Belizean", "Bengali", "Beninese",
    "Berber", "Berliner", "Bhutanese", "Bolivian", "Bolshevik", "Bosniak", "Bosnian", "Botswanan",
    "Brazilian", "Breton", "British", "Briton", "Bruneian", "Buddhist", "Bulgarian", "Burkinabe",
    "Burmese", "Burundian", "Byzantine", "Californian", "Calvinist", "Cambodian", "Cameroonian",
    "Canadian", "Cantonese", "Caribbean", "Catalan", "Catholic", "Celt", "Celtic", "Chadian", "Chechen",
    "Cherokee", "Chicano", "Chilean", "Chinese", "Christian", "Colombian", "Communist", "Comorian",
    "Congolese", "Conservative", "Copt", "Coptic", "Cossack", "Crimean", "Croat", "Croatian", "Cuban",
    "Cuban-American", "Cypriot", "Czech", "Czechoslovak", "Dane", "Danish", "Democrat", "Democratic",
    "Djiboutian", "Dominican", "Druze", "Dutch", "Dutchman", "Ecuadorean", "Ecuadorian", "Egyptian",
    "Emirati", "English", "Englishman", "Eritrean", "Estonian", "Ethiopian", "European", "Evangelical",
    "Fascist", "Fijian", "Filipina", "Filipino", "Finn", "Finnish", "Flemish", "Floridian",
    "Franco-German", "French", "Frenchman", "Gabonese", "Gallic", "Gambian", "Gaullist", "Georgian",
    "German", "Germanic", "Ghanaian", "Greco-Roman", "Greek", "Greenlandic", "Grenadian", "Guatemalan",
    "Guinean", "Guyanese", "Haitian", "Hausa", "Hawaiian", "Hazara", "Hebrew", "Hellenic", "Hindu",
    "Hispanic", "Honduran", "Hongkonger", "Houthi", "Hungarian", "Hutu", "Icelander", "Icelandic", "Igbo",
    "Inca", "Indian", "Indo-European", "Indonesian", "Inuit", "Inuk", "Iowan", "Iranian", "Iraqi",
    "Irish", "Irish-American", "Irishman", "Islamic", "Islamist", "Israeli", "Italian",
    "Italian-American", "Ivorian", "Jamaican", "Japanese", "Jesuit", "Jew", "Jewish", "Jordanian",
    "Judeo-Christian", "Kansan", "Kashmiri", "Kazakh", "Kazakhstani", "Kemalist", "Kenyan", "Korean",
    "Kosovan", "Kosovar", "Kurd", "Kurdish", "Kuwaiti", "Kyrgyz", "Labourite", "Lao", "Laotian", "Latin",
    "Latin-American", "Latina", "Latino", "Latvian", "Lebanese", "Leninist", "Liberian", "Libertarian",
    "Libyan", "Liechtensteiner", "Lithuanian", "Londoner", "Lutheran", "Luxembourger", "Luxembourgish",
    "Macedonian", "Malagasy", "Malawian", "Malaysian", "Maldivian", "Malian", "Maltese", "Maoist",
    "Maori", "Maronite", "Marshallese", "Marxist", "Mauritanian", "Mauritian", "Maya", "Mayan",
    "Methodist", "Mexican", "Mexican-American", "Micronesian", "Minnesotan", "Moldovan", "Monegasque",
    "Mongolian", "Montenegrin", "Mormon", "Moroccan", "Moslem", "Mozambican", "Muscovite", "Muslim",
    "Namibian", "Native-American", "Nauruan", "Navajo", "Nazi", "Nepalese", "Nepali", "Nevadan",
    "Nicaraguan", "Nigerian", "Nigerien", "Nordic", "Norman", "Norwegian", "Ohioan", "Oklahoman", "Omani",
    "Oregonian", "Orthodox", "Ossetian", "Ottoman", "Pakistani", "Palauan", "Palestinian", "Panamanian",
    "Paraguayan", "Parisian", "Pashtun", "Pennsylvanian", "Peronist", "Persian", "Peruvian", "Philippine",
    "Pole", "Polish", "Portuguese", "Presbyterian", "Protestant", "Prussian", "Punjabi", "Qatari",
    "Quaker", "Quebecois", "Québécois", "Republican", "Rohingya", "Roma", "Roman", "Romani", "Romanian",
    "Russian", "Rwandan", "Sahrawi", "Salafi", "Salafist", "Salvadoran", "Salvadorean", "Samoan",
    "Sandinista", "Saudi", "Saxon", "Scandinavian", "Scientologist", "Scot", "Scots", "Scottish",
    "Semitic", "Senegalese", "Serb", "Serbian", "Seychellois", "Shi'ite", "Shia", "Shiite", "Sicilian",
    "Sikh", "Singaporean", "Sinhalese", "Sino-American", "Sino-Soviet", "Sioux", "Slav", "Slavic",
    "Slovak", "Slovakian", "Slovene", "Slovenian", "Socialist", "Somali", "Somalian", "Soviet",
    "Spaniard", "Spanish", "Stalinist", "Sudanese", "Sufi", "Sunni", "Surinamese", "Swazi", "Swede",
    "Swedish", "Swiss", "Syrian", "Taiwanese", "Tajik", "Tajikistani", "Taliban", "Tamil", "Tanzanian",
    "Tatar", "Tennessean", "Teutonic", "Texan", "Thai", "Tibetan", "Timorese", "Togolese", "Tongan",
    "Tory", "Trinidadian", "Trotskyist", "Tuareg", "Tunisian", "Turk", "Turkish", "Turkmen", "Tutsi",
    "Tuvaluan", "Ugandan", "Uighur", "Ukrainian", "Uruguayan", "Uyghur", "Uzbek", "Uzbekistani",
    "Vanuatuan", "Venezuelan", "Viennese", "Vietnamese", "Viking", "Virginian", "Wahhabi", "Walloon",
    "Welsh", "Welshman", "Whig", "Yazidi", "Yemeni", "Yemenite", "Yezidi", "Yoruba", "Yugoslav",
    "Zambian", "Zapatista", "Zimbabwean", "Zionist", "Zulu"
};

static const char *const months[] = {
    "apr", "apr.", "april", "aug", "aug.", "august", "dec", "dec.", "december", "feb", "feb.", "february",
    "jan", "jan.", "january", "jul", "jul.", "july", "jun", "jun.", "june", "mar", "mar.", "march", "may",
    "nov", "nov.", "november", "oct", "oct.", "october", "ramadan", "sep", "sep.", "sept", "sept.",
    "september"
};

static const char *const weekdays[] = {
    "fri", "fri.", "friday", "fridays", "mon", "mon.", "monday", "mondays", "sat.", "saturday",
    "saturdays", "sun.", "sunday", "sundays", "thu", "thu.", "thur", "thurs", "thurs.", "thursday",
    "thursdays", "tue", "tue.", "tues", "tues.", "tuesday", "tuesdays", "wed", "wed.", "wednesday",
    "wednesdays"
};

static const char *const numbers[] = {
    "billion", "billions", "bn", "couple", "dozen", "dozens", "eight", "eighteen", "eighteenth", "eighth",
    "eightieth", "eighty", "eighty-eight", "eighty-eighth", "eighty-fifth", "eighty-first", "eighty-five",
    "eighty-four", "eighty-fourth", "eighty-nine", "eighty-ninth", "eighty-one", "eighty-second",
    "eighty-seven", "eighty-seventh", "eighty-six", "eighty-sixth", "eighty-third", "eighty-three",
    "eighty-two", "eleven", "eleventh", "fifteen", "fifteenth", "fifth", "fiftieth", "fifty",
    "fifty-eight", "fifty-eighth", "fifty-fifth", "fifty-first", "fifty-five", "fifty-four",
    "fifty-fourth", "fifty-nine", "fifty-ninth", "fifty-one", "fifty-second", "fifty-seven",
    "fifty-seventh", "fifty-six", "fifty-sixth", "fifty-third", "fifty-three", "fifty-two", "first",
    "five", "fortieth", "forty", "forty-eight", "forty-eighth", "forty-fifth", "forty-first",
    "forty-five", "forty-four", "forty-fourth", "forty-nine", "forty-ninth", "forty-one", "forty-second",
    "forty-seven", "forty-seventh", "forty-six", "forty-sixth", "forty-third", "forty-three", "forty-two",
    "four", "fourteen", "fourteenth", "fourth", "half", "halves", "hundred", "hundreds", "hundredth", "m",
    "million", "millions", "millionth", "nine", "nineteen", "nineteenth", "ninetieth", "ninety",
    "ninety-eight", "ninety-eighth", "ninety-fifth", "ninety-first", "ninety-five", "ninety-four",
    "ninety-fourth", "ninety-nine", "ninety-ninth", "ninety-one", "ninety-second", "ninety-seven",
    "ninety-seventh", "ninety-six", "ninety-sixth", "ninety-third", "ninety-three", "ninety-two", "ninth",
    "once", "one", "quarter", "quarters", "score", "second", "seven", "seventeen", "seventeenth",
    "seventh", "seventieth", "seventy", "seventy-eight", "seventy-eighth", "seventy-fifth",
    "seventy-first", "seventy-five", "seventy-four", "seventy-fourth", "seventy-nine", "seventy-ninth",
    "seventy-one", "seventy-second", "seventy-seven", "seventy-seventh", "seventy-six", "seventy-sixth",
    "seventy-third", "seventy-three", "seventy-two", "six", "sixteen", "sixteenth", "sixth", "sixtieth",
    "sixty", "sixty-eight", "sixty-eighth", "sixty-fifth", "sixty-first", "sixty-five", "sixty-four",
    "sixty-fourth", "sixty-nine", "sixty-ninth", "sixty-one", "sixty-second", "sixty-seven",
    "sixty-seventh", "sixty-six", "sixty-sixth", "sixty-third", "sixty-three", "sixty-two", "ten",
    "tenth", "third", "thirds", "thirteen", "thirteenth", "thirtieth", "thirty", "thirty-eight",
    "thirty-eighth", "thirty-fifth", "thirty-first", "thirty-five", "thirty-four", "thirty-fourth",
    "thirty-nine", "thirty-ninth", "thirty-one", "thirty-second", "thirty-seven", "thirty-seventh",
    "thirty-six", "thirty-sixth", "thirty-third", "thirty-three", "thirty-two", "thousand", "thousands",
    "thousandth", "three", "thrice", "tn", "trillion", "trillions", "twelfth", "twelve", "twentieth",
    "twenty", "twenty-eight", "twenty-eighth", "twenty-fifth", "twenty-first", "twenty-five",
    "twenty-four", "twenty-fourth", "twenty-nine", "twenty-ninth", "twenty-one", "twenty-second",
    "twenty-seven", "twenty-seventh", "twenty-six", "twenty-sixth", "twenty-third", "twenty-three",
    "twenty-two", "twice", "two", "zero"
};

// Currencies and signs (ISO 4217 and common names), and measures.
static const char *const units[] = {
    "$", "%", "a$", "acre", "acres", "baht", "barrel", "barrels", "birr", "bpd", "byte", "bytes", "c$",
    "cedi", "celsius", "cent", "centimeter", "centimeters", "centimetre", "centimetres", "cents", "chf",
    "cm", "cny", "degree", "degrees", "dinar", "dinars", "dirham", "dirhams", "dollar", "dollars", "eur",
    "euro", "euros", "fahrenheit", "feet", "foot", "forint", "franc", "francs", "gallon", "gallons",
    "gbp", "gigabyte", "gigabytes", "gigawatt", "gigawatts", "gram", "grams", "gw", "hectare", "hectares",
    "hk$", "hryvnia", "inch", "inches", "inr", "jpy", "kg", "kilo", "kilogram", "kilogramme",
    "kilogrammes", "kilograms", "kilometer", "kilometers", "kilometre", "kilometres", "kilos", "kiloton",
    "kilotons", "kilowatt", "kilowatts", "km", "knots", "kph", "krona", "krone", "kroner", "kronor",
    "kwh", "lb", "lbs", "lira", "liras", "liter", "liters", "litre", "litres", "megabyte", "megabytes",
    "megaton", "megatons", "megawatt", "megawatts", "meter", "meters", "metre", "metres", "mile", "miles",
    "mm", "mph", "mw", "naira", "nt$", "ounce", "ounces", "pct", "pence", "penny", "per-cent", "percent",
    "percentage", "peso", "pesos", "pound", "pounds", "r$", "rand", "reais", "real", "renminbi", "rial",
    "rials", "ringgit", "riyal", "riyals", "rouble", "roubles", "rub", "ruble", "rubles", "rupee",
    "rupees", "rupiah", "shekel", "shekels", "shilling", "shillings", "sterling", "taka", "tenge", "ton",
    "tonne", "tonnes", "tons", "us$", "usd", "volt", "volts", "watt", "watts", "won", "yard", "yards",
    "yen", "yuan", "zloty", "£", "¥", "°", "‰", "₩", "₪", "€", "₹", "₽"
};

static const char *const times[] = {
    "a.m.", "ad", "afternoon", "ago", "am", "annual", "annually", "autumn", "bc", "bce", "ce",
    "centuries", "century", "christmas", "daily", "dawn", "day", "days", "decade", "decades", "dusk",
    "easter", "edt", "est", "evening", "evenings", "fortnight", "gmt", "hour", "hourly", "hours",
    "midday", "midnight", "millennia", "millennium", "minute", "minutes", "month", "monthly", "months",
    "morning", "mornings", "night", "nightly", "nights", "noon", "o'clock", "p.m.", "pm", "pst",
    "quarter", "quarterly", "second", "seconds", "spring", "summer", "thanksgiving", "today", "tomorrow",
    "tonight", "utc", "week", "weekend", "weekends", "weekly", "weeks", "winter", "year", "year-old",
    "yearly", "years", "yesterday"
};

// What stands before a name as title, rank or office.
static const char *const titles[] = {
    "acting", "adm.", "admiral", "ambassador", "archbishop", "attorney", "ayatollah", "baron", "baroness",
    "bishop", "brig.", "brigadier", "brother", "capt", "capt.", "captain", "cardinal", "cdr.", "ceo",
    "chair", "chairman", "chairperson", "chairwoman", "chancellor", "chief", "cmdr.", "coach", "col",
    "col.", "colonel", "commander", "commissioner", "commodore", "congressman", "congresswoman",
    "constable", "consul", "corporal", "councillor", "councilman", "councilor", "count", "countess",
    "cpl.", "dame", "delegate", "deputy", "detective", "director", "director-general", "doctor", "dr",
    "dr.", "duchess", "duke", "earl", "emir", "emperor", "empress", "ex-president", "father", "foreign",
    "former", "fr.", "gen", "gen.", "general", "gov.", "governor", "hajji", "imam", "inspector", "judge",
    "justice", "king", "lady", "leader", "lieutenant", "lord", "lt", "lt.", "madam", "madame",
    "magistrate", "maj.", "major", "manager", "marine", "marshal", "mayor", "mep", "minister", "miss",
    "mister", "monsieur", "mp", "mr", "mr.", "mrs", "mrs.", "ms", "ms.", "mullah", "officer", "pope",
    "premier", "president", "prime", "prince", "princess", "private", "prof", "prof.", "professor",
    "prosecutor", "pvt.", "queen", "rabbi", "rep.", "representative", "reps.", "rev", "rev.", "reverend",
    "secretary", "secretary-general", "sen.", "senator", "sens.", "sergeant", "sgt", "sgt.", "shaykh",
    "sheik", "sheikh", "sheriff", "sir", "sister", "soldier", "speaker", "spokesman", "spokesperson",
    "spokeswoman", "staff", "sultan", "tsar", "undersecretary", "vice", "vice-president"
};

// Head words of names of bodies.
static const char *const body_heads[] = {
    "academy", "administration", "agency", "airline", "airlines", "airport", "alliance", "army",
    "assembly", "association", "authority", "bank", "board", "brigade", "brigades", "bureau", "cabinet",
    "caucus", "center", "centre", "chamber", "church", "clinic", "club", "coalition", "college",
    "command", "commission", "committee", "community", "company", "confederation", "conference",
    "congress", "consortium", "consulate", "corp", "corp.", "corporation", "corps", "council", "court",
    "department", "directorate", "division", "embassy", "enterprise", "enterprises", "exchange",
    "executive", "faction", "federation", "fleet", "force", "forces", "forum", "foundation", "front",
    "fund", "government", "group", "guard", "guards", "headquarters", "holding", "holdings", "hospital",
    "house", "inc", "inc.", "industries", "inspectorate", "institute", "institution", "international",
    "investigations", "laboratories", "laboratory", "league", "legislature", "ltd", "ltd.", "media",
    "militia", "ministries", "ministry", "mission", "monitor", "mosque", "motors", "movement", "museum",
    "navy", "network", "networks", "news", "newspaper", "observatory", "office", "ombudsman", "opera",
    "orchestra", "order", "organisation", "organization", "parliament", "partners", "partnership",
    "party", "police", "post", "press", "programme", "project", "prosecutor", "regiment", "register",
    "registry", "reserve", "school", "schools", "secretariat", "senate", "service", "services", "society",
    "squad", "squadron", "studios", "study", "summit", "synagogue", "syndicate", "systems", "team",
    "technologies", "temple", "times", "treasury", "tribunal", "tribune", "trust", "union", "university",
    "watch", "watchdog", "workers"
};
// clang-format on

static const struct {
    const char *const *words;
    size_t count;
} lists[NAME_LIST_COUNT] = {
    [NAME_LIST_DEMONYMS] = {demonyms, sizeof demonyms / sizeof demonyms[0]},
    [NAME_LIST_MONTHS] = {months, sizeof months / sizeof months[0]},
    [NAME_LIST_WEEKDAYS] = {weekdays, sizeof weekdays / sizeof weekdays[0]},
    [NAME_LIST_NUMBERS] = {numbers, sizeof numbers / sizeof numbers[0]},
    [NAME_LIST_UNITS] = {units, sizeof units / sizeof units[0]},
    [NAME_LIST_TIMES] = {times, sizeof times / sizeof times[0]},
    [NAME_LIST_TITLES] = {titles, sizeof titles / sizeof titles[0]},
    [NAME_LIST_BODY_HEADS] = {body_heads, sizeof body_heads / sizeof body_heads[0]},
};

const char *const *name_words(name_list list, size_t *count)
{
    *count = lists[list].count;
    return lists[list].words;
}

static int compare_word(const void *key, const void *entry)
{
    return strcmp(key, *(const char *const *)entry);
}

bool name_words_have(name_list list, const char *word)
{
    return bsearch(word, lists[list].words, lists[list].count, sizeof(char *), compare_word) != NULL;
}

bool name_words_have_lower(name_list list, const char *word)
{
    char lower[32];
    size_t size = strlen(word);
    if (size >= sizeof lower)
        return false;
    for (size_t i = 0; i <= size; i++)
        lower[i] = word[i] >= 'A' && word[i] <= 'Z' ? (char)(word[i] + ('a' - 'A')) : word[i];
    return name_words_have(list, lower);
}

// A plural is undone by one of these; the first that yields a demonym counts.
static const struct {
    const char *plural, *singular;
} plurals[] = {{"s", ""}, {"men", "man"}, {"women", "man"}, {"woman", "man"}, {"ies", "y"}, {"es", ""}};

bool name_words_demonym(const char *word)
{
    if (name_words_have(NAME_LIST_DEMONYMS, word))
        return true;
    size_t size = strlen(word);
    for (size_t i = 0; i < sizeof plurals / sizeof plurals[0]; i++) {
        size_t end = strlen(plurals[i].plural);
        char singular[32];
        if (size <= end || size >= sizeof singular - 3 || strcmp(word + size - end, plurals[i].plural) != 0)
            continue;
        memcpy(singular, word, size - end);
        strcpy(singular + size - end, plurals[i].singular);
        if (name_words_have(NAME_LIST_DEMONYMS, singular))
            return true;
    }
    return false;
}
