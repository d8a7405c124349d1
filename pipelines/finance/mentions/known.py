"""Names that are of one type in nearly every text: countries, American states, large companies."""

from __future__ import annotations

_COUNTRIES_WORDS = """
    Afghanistan, Albania, Algeria, Angola, Argentina, Armenia, Australia, Austria, Azerbaijan,
    Bahrain, Bangladesh, Belarus, Belgium, Bolivia, Bosnia, Botswana, Brazil, Britain, Bulgaria,
    Burma, Burundi, Cambodia, Cameroon, Canada, Chile, China, Colombia, Costa Rica, Croatia, Cyprus,
    Czech Republic, Denmark, Dominican Republic, Ecuador, Egypt, El Salvador, England, Estonia,
    Ethiopia, Fiji, Finland, France, Germany, Ghana, Greece, Guatemala, Guinea, Haiti, Honduras,
    Hong Kong, Hungary, Iceland, Indonesia, Iran, Iraq, Ireland, Italy, Ivory Coast, Jamaica, Japan,
    Kazakhstan, Kuwait, Laos, Latvia, Lebanon, Liberia, Libya, Lithuania, Luxembourg, Macedonia,
    Malawi, Malaysia, Mali, Mexico, Moldova, Mongolia, Morocco, Mozambique, Myanmar, Namibia, Nepal,
    Netherlands, New Zealand, Nicaragua, Nigeria, North Korea, Northern Ireland, Norway, Pakistan,
    Panama, Paraguay, Peru, Philippines, Poland, Portugal, Puerto Rico, Qatar, Romania, Russia,
    Rwanda, Saudi Arabia, Scotland, Senegal, Serbia, Sierra Leone, Singapore, Slovakia, Slovenia,
    Somalia, South Africa, South Korea, Spain, Sri Lanka, Sudan, Sweden, Switzerland, Syria, Taiwan,
    Tanzania, Thailand, Tunisia, Uganda, Ukraine, United Arab Emirates, United Kingdom,
    United States, Uruguay, Uzbekistan, Venezuela, Vietnam, Wales, West Indies, Yemen, Yugoslavia,
    Zambia, Zimbabwe
"""
_STATES_WORDS = """
    Alabama, Alaska, Arizona, Arkansas, California, Colorado, Connecticut, Delaware, Florida,
    Hawaii, Idaho, Illinois, Indiana, Iowa, Kansas, Kentucky, Louisiana, Maine, Maryland,
    Massachusetts, Michigan, Minnesota, Mississippi, Missouri, Nebraska, Nevada, New Hampshire, New
    Jersey, New Mexico, North Carolina, North Dakota, Ohio, Oklahoma, Oregon, Pennsylvania, Rhode
    Island, South Carolina, South Dakota, Tennessee, Texas, Utah, Vermont, West Virginia, Wisconsin,
    Wyoming
"""
_ORGANISATIONS_WORDS = """
    ABB, AC Milan, Adidas, Aeroflot, Airbus, Ajax Amsterdam, Al Jazeera, al Qaeda, Alcatel, Alibaba,
    Alitalia, Allianz, Altria, Amgen, AOL, ArcelorMittal, Arsenal, Arthur Andersen, AstraZeneca,
    AT&T, Atletico Madrid, Aviva, Baker Hughes, Barclays, BASF, Bayer, Bayern Munich, Bear Stearns,
    Benfica, Bertelsmann, BHP, Biogen, BlackRock, BMW, Boca Juniors, Boeing, Bombardier, Borussia
    Dortmund, BP, Bundesbank, Bundestag, Bunge, Cargill, Carrefour, Cathay Pacific, Cerner, Charles
    Schwab, Chrysler, Cisco, Citibank, Citigroup, Compaq, Credit Suisse, Daewoo, Daimler, Danone,
    Dean Witter, Deloitte, Deutsche Bank, Dow Jones, eBay, Eli Lilly, Embraer, Enron, Ericsson,
    ExxonMobil, Facebook, FedEx, Feyenoord, Fiat, Fiorentina, Fujitsu, Gazprom, General Electric,
    General Motors, GlaxoSmithKline, Glencore, Goldman Sachs, Google, Greenpeace, Gucci, Hamas,
    Harley-Davidson, Heineken, Hezbollah, Hitachi, Hizbollah, Hoffmann-La Roche, Honda, Honeywell,
    HSBC, Huawei, Hyundai, Iberia, IBM, Ikea, Infosys, ING, Intel, Inter Milan, Interfax, Interpol,
    Itar-Tass, J.P. Morgan, John Deere, Johnson & Johnson, JP Morgan, JPMorgan, Juventus, Knesset,
    Komatsu, KPMG, Kyodo, L'Oreal, Lazio, Lehman Brothers, Lenovo, Levi Strauss, Likud, Louis
    Dreyfus, Lufthansa, Lukoil, LVMH, Maersk, Mastercard, Mazda, McDonnell Douglas, McKinsey,
    Medtronic, Merck, Merrill Lynch, Michelin, Microsoft, Mitsubishi, Monsanto, Morgan Stanley,
    Motorola, NATO, Nestle, Nestlé, Netflix, Nike, Nintendo, Nissan, Nokia, Nomura, Novartis, Novo
    Nordisk, Nvidia, Olivetti, OPEC, Panasonic, Pemex, PepsiCo, Petrobras, Peugeot, Pfizer, Philip
    Morris, Pirelli, PricewaterhouseCoopers, PSV Eindhoven, Qantas, Qualcomm, Raytheon, Real Madrid,
    Reebok, Renault, Repsol, Reuters, Roche, Rosneft, Ryanair, Sabena, Saint-Gobain, Salesforce,
    Salomon Brothers, Salomon Smith Barney, Sampdoria, Samsung, Sanofi, SAP, Schlumberger, Siemens,
    Sinn Fein, Smith Barney, Sony, Starbucks, Statoil, Swissair, Telefonica, Telstra, Tesco,
    ThyssenKrupp, Toshiba, Toyota, UBS, UNESCO, UNICEF, Unilever, UnitedHealth, Vestas, Vodafone,
    Volkswagen, Volvo, Wachovia, Wal-Mart, Walmart, Wells Fargo, Xerox, Xinhua, Yahoo
"""
_REGIONS = frozenset(("emea", "emeia", "apac", "latam"))
_COUNTRIES, _STATES, _ORGANISATIONS = (
    frozenset(" ".join(words.casefold().split()).split(", "))
    for words in (_COUNTRIES_WORDS, _STATES_WORDS, _ORGANISATIONS_WORDS)
)


def is_country(name: str) -> bool:
    """Whether a name is a country's and nobody's besides."""
    return name.casefold() in _COUNTRIES


def known_type(name: str, label: str) -> str:
    """The type of a name, where it is known, in place of the label; a state may be its team."""
    key = name.casefold()
    if key in _COUNTRIES or key in _REGIONS or (label == "PER" and key in _STATES):
        return "LOC"
    return "ORG" if key in _ORGANISATIONS else label
