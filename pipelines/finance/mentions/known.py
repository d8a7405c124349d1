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
    AB InBev, ABB, AbbVie, AC Milan, Accenture, Adidas, Adyen, Aegon, Aeroflot, Ahold Delhaize, Air
    Liquide, Airbus, Ajax Amsterdam, AkzoNobel, Al Jazeera, al Qaeda, Alcatel, Alibaba, Alitalia,
    Allianz, Alstom, Altria, Amgen, Anheuser-Busch InBev, AOL, ArcelorMittal, Arsenal, Arthur
    Andersen, ASML, AstraZeneca, AT&T, Atletico Madrid, Aviva, AXA, Baidu, Baker Hughes, Barclays,
    BASF, Bayer, Bayern Munich, BBVA, Bear Stearns, Benfica, Berkshire Hathaway, Bertelsmann, BHP,
    Binance, Biogen, BlackRock, BMW, BNP Paribas, Boca Juniors, Boeing, Bombardier, Borussia
    Dortmund, BP, British Steel, Bundesbank, Bundestag, Bunge, ByteDance, Capgemini, Cargill,
    Carrefour, Cathay Pacific, Cerner, Charles Schwab, Chrysler, Cisco, Citibank, Citigroup, CNOOC,
    Cognizant, Coinbase, Comcast, Commerzbank, Compaq, ConocoPhillips, Costco, Country Garden,
    Credit Suisse, Daewoo, Daimler, Danone, Dean Witter, Delivery Hero, Deloitte, Deutsche Bahn,
    Deutsche Bank, Deutsche Telekom, Diageo, Dow Jones, DuPont, E.ON, easyJet, eBay, ECB, EDF,
    Electrolux, Eli Lilly, Embraer, Enel, Engie, Enron, Equinor, Ericsson, EssilorLuxottica,
    Evergrande, ExxonMobil, Facebook, FedEx, Feyenoord, Fiat, FIFA, Fiorentina, Foxconn, Fujitsu,
    Gazprom, General Electric, General Motors, GlaxoSmithKline, Glencore, Goldman Sachs, Google,
    Greenpeace, Grifols, Gucci, H&M, Halliburton, Hamas, Hannover Re, Hapag-Lloyd, Harley-Davidson,
    Heineken, Hewlett-Packard, Hezbollah, Hitachi, Hizbollah, Hoffmann-La Roche, Holcim, Honda,
    Honeywell, HSBC, Huawei, Hyundai, IAEA, Iberia, IBM, Ikea, IMF, Inditex, Infineon, Infosys, ING,
    Intel, Inter Milan, Interfax, Interpol, Intesa Sanpaolo, Itar-Tass, J.P. Morgan, John Deere,
    Johnson & Johnson, JP Morgan, JPMorgan, Juventus, Kering, KKR, Klarna, Knesset, Komatsu, KPMG,
    Kraft Heinz, Kroger, Kyodo, L'Oreal, Lafarge, Lazio, Lehman Brothers, Lenovo, Levi Strauss,
    Likud, Lockheed Martin, Logitech, Louis Dreyfus, Lufthansa, Lukoil, Lululemon, LVMH, Lyft,
    Macy's, Maersk, Marks & Spencer, Mastercard, Mazda, McDonnell Douglas, McKinsey, Mediobanca,
    Medtronic, Meituan, Merck, Merrill Lynch, Michelin, Microsoft, Mitsubishi, Mondelez, Monsanto,
    Moody's, Morgan Stanley, Motorola, Munich Re, NASA, NATO, NatWest, Neste, Nestle, Nestlé,
    Netflix, Nike, Nintendo, Nippon Steel, Nissan, Nokia, Nomura, Northrop Grumman, Novartis, Novo
    Nordisk, Nvidia, OECD, Ofcom, Ofgem, Ofwat, Olivetti, OPEC, OpenAI, Orlen, Orsted, Panasonic,
    PayPal, Pemex, PepsiCo, Petrobras, Peugeot, Pfizer, Philip Morris, Pirelli, Porsche,
    PricewaterhouseCoopers, PSV Eindhoven, PwC, Qantas, Qualcomm, Raytheon, Real Madrid, Reebok,
    Reliance Industries, Renault, Repsol, Reuters, Revolut, Rheinmetall, Rio Tinto, Roche,
    Rolls-Royce, Rosneft, RWE, Ryanair, Sabena, Sainsbury's, Saint-Gobain, Salesforce, Salomon
    Brothers, Salomon Smith Barney, Sampdoria, Samsung, Sanofi, SAP, Saudi Aramco, Schlumberger,
    Shopify, Siemens, Sinn Fein, Sinopec, Smith Barney, SoftBank, Sony, Sotheby's, SpaceX, Standard
    Chartered, Starbucks, Statoil, Stellantis, STMicroelectronics, Swiss Re, Swissair, Syngenta,
    Tata Steel, Telecom Argentina, Telecom Italia, Telefonica, Telstra, Tencent, Tesco, Teva, Thames
    Water, ThyssenKrupp, Toshiba, TotalEnergies, Toyota, U.S. Steel, Uber, UBS, UEFA, UNESCO, UNHCR,
    UNICEF, UniCredit, Unilever, Uniper, UnitedHealth, Valeo, Vestas, Vivendi, Vodafone, Volkswagen,
    Volvo, Wachovia, Wal-Mart, Walgreens, Walmart, Wells Fargo, WeWork, Worldline, WTO, Xerox,
    Xiaomi, Xinhua, Yahoo, Zalando
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
