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
    AB InBev, ABB, AbbVie, Abrdn, AC Milan, Accenture, Adidas, Adyen, Aegon, Aeroflot, Ahold
    Delhaize, Air Liquide, AirAsia, Airbus, Aisin, Ajax Amsterdam, AkzoNobel, Al Jazeera, al
    Qaeda, Alcatel, Aldi, Alibaba, Alitalia, Allianz, Alstom, Altria, Amgen, Anbang,
    Anheuser-Busch InBev, ANSA, AOL, ArcelorMittal, Arsenal, Arthur Andersen, ASML, AstraZeneca,
    AT&T, Atletico Madrid, Aviva, AXA, Baidu, Baker Hughes, Barclays, BASF, Bayer, Bayern
    Munich, BBC, BBVA, Bear Stearns, Benfica, Berkshire Hathaway, Bertelsmann, BHP, Bilfinger,
    Binance, Biogen, BlackRock, Blackstone, BlueScope, BMW, BNP Paribas, Boca Juniors, Boeing,
    Bombardier, Boohoo, Borussia Dortmund, Bosch, Bouygues, BP, British Steel, Bundesbank,
    Bundestag, Bunge, ByteDance, Capgemini, Cargill, Carrefour, Cathay Pacific, CATL, Cerner,
    Charles Schwab, Chrysler, Cisco, Citibank, Citigroup, CNBC, CNN, CNOOC, Codelco, Cognizant,
    Coinbase, Comcast, Commerzbank, Compaq, ConocoPhillips, Costco, Country Garden, Coupang,
    Credit Suisse, Daewoo, Daimler, Danone, DBS, Dean Witter, Debenhams, Delivery Hero,
    Deloitte, Denso, Dentsu, Deutsche Bahn, Deutsche Bank, Deutsche Boerse, Deutsche Post,
    Deutsche Telekom, Deutsche Welle, DHL, Diageo, Doctors Without Borders, Dow Jones, DuPont,
    E.ON, easyJet, eBay, ECB, Ecopetrol, EDF, Electrolux, Eli Lilly, Embraer, EnBW, Enel, Engie,
    Enron, Equinor, Ericsson, Eskom, EssilorLuxottica, Euronext, Eurostar, Evergrande, Exor,
    ExxonMobil, Facebook, FedEx, Feyenoord, Fiat, FIFA, Fincantieri, Fiorentina, Flipkart,
    Fortescue, Fosun, Foxconn, Fresenius, Fujitsu, GameStop, Gazprom, Geely, General Electric,
    General Motors, GlaxoSmithKline, Glencore, Goldman Sachs, Google, Greenpeace, Grifols,
    Gucci, Gunvor, H&M, Haier, Halliburton, Hamas, Hamleys, Hannover Re, Hanwha, Hapag-Lloyd,
    Harley-Davidson, HeidelbergCement, Heineken, HelloFresh, Hewlett-Packard, Hezbollah,
    Hikvision, Hitachi, Hizbollah, HNA, Hoffmann-La Roche, Holcim, Honda, Honeywell, HSBC,
    Huawei, Hyundai, IAEA, Iberia, IBM, ICICI, Ikea, IMF, Inditex, Infineon, Infosys, ING,
    Intel, Intelsat, Inter Milan, Interfax, Interpol, Intesa Sanpaolo, Itar-Tass, Itochu, ITV,
    J.P. Morgan, Janus Henderson, JBS, JD.com, John Deere, Johnson & Johnson, JP Morgan,
    JPMorgan, Juventus, Kakao, Kering, KfW, KGB, Kioxia, KKR, Klarna, KLM, Knesset, Komatsu,
    KPMG, Kraft Heinz, Kroger, Kyodo, L'Oreal, Lafarge, Lazard, Lazio, Lehman Brothers, Lenovo,
    Levi Strauss, Lidl, Likud, Lockheed Martin, Logitech, Lonza, Louis Dreyfus, Lufthansa,
    Lukoil, Lululemon, LVMH, Lyft, Macy's, Maersk, Marks & Spencer, Marubeni, Masdar,
    Mastercard, Mazda, McDonnell Douglas, McKinsey, Mediobanca, Medtronic, Meituan, Merck,
    Mercuria, Merrill Lynch, Metso, Michelin, Microsoft, Mitsubishi, Moncler, Mondelez,
    Monsanto, Moody's, Morgan Stanley, Motorola, Mubadala, Munich Re, NASA, Naspers, NATO,
    NatWest, Naver, Neste, Nestle, Nestlé, Netflix, Nike, Nikkei, Nintendo, Nippon Steel,
    Nissan, Nokia, Nomura, Norilsk Nickel, Norsk Hydro, Northrop Grumman, Novartis, Novo
    Nordisk, Nvidia, Ocado, OECD, Ofcom, Ofgem, Ofwat, Olivetti, OPEC, OpenAI, Orlen, Orsted,
    Panasonic, PayPal, Paytm, PDVSA, Pemex, PepsiCo, Permira, Pertamina, Petrobras, Petronas,
    Peugeot, Pfizer, Philip Morris, Pimco, Pinduoduo, Pirelli, Porsche, Posco, Prada,
    PricewaterhouseCoopers, Prosus, PSV Eindhoven, PwC, Qantas, Qualcomm, Rakuten, Raytheon,
    Real Madrid, Reebok, Reliance Industries, Renault, Repsol, Reuters, Revolut, Rheinmetall,
    Richemont, Rio Tinto, Roche, Rolls-Royce, Rosatom, Rosneft, Rusal, RWE, Ryanair, Sabena,
    Safaricom, Sainsbury's, Saint-Gobain, Saipem, Salesforce, Salomon Brothers, Salomon Smith
    Barney, Sampdoria, Samsung, Sanofi, SAP, Sasol, Saudi Aramco, Sberbank, Schlumberger,
    Schroders, Severstal, Shein, Shopify, Sibanye-Stillwater, Siemens, Siemens Healthineers,
    Singtel, Sinn Fein, Sinopec, SK Hynix, Smith Barney, Snam, SoftBank, Solvay, Sonatrach,
    Sony, Sotheby's, SpaceX, Standard Chartered, Starbucks, Statoil, Stellantis,
    STMicroelectronics, Stora Enso, Sumitomo, Suntory, Swiss Re, Swissair, Syngenta, Tass, Tata
    Steel, Telecom Argentina, Telecom Italia, Telefonica, Telstra, Temasek, Temu, Tencent,
    Tepco, Tesco, Teva, Thames Water, ThyssenKrupp, Toshiba, TotalEnergies, Toyota, Trafigura,
    Tullow Oil, U.S. Steel, Uber, UBS, UEFA, Umicore, UNESCO, UNHCR, UNICEF, UniCredit,
    Unilever, Uniper, UnitedHealth, Valeo, Veolia, Vestas, VinFast, Vitol, Vivendi, Vodafone,
    Volkswagen, Volvo, Vonovia, VTB, Wachovia, Wal-Mart, Walgreens, Walmart, Wells Fargo,
    WeWork, Wipro, Wirecard, Wizz Air, Worldline, WPP, WTO, Xerox, Xiaomi, Xinhua, Yahoo,
    Yandex, YPF, Yukos, Zalando, Zomato, ZTE
"""
_REGIONS_WORDS = """
    apac, Balkans, Baltics, Benelux, Caribbean, East Asia, emea, emeia, latam, Latin America,
    Levant, Maghreb, Mediterranean, Middle East, Nordics, Oceania, Scandinavia, South Asia,
    Southeast Asia, Sub-Saharan Africa
"""
_REGIONS, _COUNTRIES, _STATES, _ORGANISATIONS = (
    frozenset(" ".join(words.casefold().split()).split(", "))
    for words in (_REGIONS_WORDS, _COUNTRIES_WORDS, _STATES_WORDS, _ORGANISATIONS_WORDS)
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
