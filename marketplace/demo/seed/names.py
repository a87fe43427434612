"""Invented names, and the real ground that the three invented councils stand on."""

FIRST = (
    "Maureen Derek Sunita Gareth Bronwen Aisha Tomasz Colleen Winston Yasmin Alun Grace Nkechi Brian Pauline Imran "
    "Shirley Magda Desmond Ffion Roisin Kwame Linda Trevor Parveen Heather Stefan Olive Patrick Mei Leroy Janice "
    "Hamish Nadia Eileen Carlos Beverley Rashid Sian Doreen Jerzy Anjali Ronald Comfort Lesley Piotr Jean Abdul"
).split()
WOMEN = frozenset(
    "Maureen Sunita Bronwen Aisha Colleen Yasmin Grace Nkechi Pauline Shirley Magda Ffion Roisin Linda Parveen Heather "
    "Olive Mei Janice Nadia Eileen Beverley Sian Doreen Anjali Comfort Lesley Jean".split()
)
LAST = (
    "Tapp Winslade Coles Rahman Hobbs Okafor Kowalska Penrose Dauncey Sandhu Griffiths Chedzoy Adeyinka Loxton Murphy "
    "Bishop Hussain Pym Stuckey Nowak Vickery Bellamy Singh Trott Gallagher Osei Palfrey Hembrow Ali Whitcombe Farrow "
    "Kaur Ogden Sutcliffe Barraclough Ackroyd Hirst McCann Donnelly Magee Toner Quigley Devlin Mistry Abara Lin"
).split()

# Half postcodes and the villages or quarters people there name, by council.
GROUND: dict[str, tuple[tuple[str, str], ...]] = {
    "quantock": (
        ("TA1", "Taunton"),
        ("TA2", "Staplegrove"),
        ("TA3", "North Curry"),
        ("TA4", "Bishops Lydeard"),
        ("TA5", "Cannington"),
        ("TA6", "Bridgwater"),
        ("TA7", "Puriton"),
        ("TA8", "Burnham-on-Sea"),
        ("TA9", "Highbridge"),
        ("TA10", "Langport"),
        ("TA11", "Somerton"),
        ("TA21", "Wellington"),
        ("TA23", "Watchet"),
        ("TA24", "Minehead"),
        ("BA16", "Street"),
        ("BA6", "Glastonbury"),
        ("BA5", "Wells"),
    ),
    "wharfe": (
        ("LS6", "Headingley"),
        ("LS16", "Adel"),
        ("LS18", "Horsforth"),
        ("LS19", "Yeadon"),
        ("LS20", "Guiseley"),
        ("LS21", "Otley"),
        ("LS22", "Wetherby"),
        ("LS29", "Ilkley"),
        ("BD16", "Bingley"),
        ("BD17", "Baildon"),
        ("BD18", "Shipley"),
        ("BD20", "Silsden"),
    ),
    "lagan": (
        ("BT5", "Castlereagh"),
        ("BT6", "Ravenhill"),
        ("BT7", "Ormeau"),
        ("BT9", "Malone"),
        ("BT10", "Finaghy"),
        ("BT15", "Cavehill"),
        ("BT4", "Sydenham"),
    ),
}
# Towns where several of every kind live, so that a search there has something to compare.
CROWDED = {"TA1": 8, "TA2": 4, "TA6": 5, "LS29": 4, "LS21": 3, "LS6": 3, "BD16": 2, "BT7": 3, "BT9": 2}
SHARE = {"quantock": 150, "wharfe": 100, "lagan": 50}  # providers, 300 in all
VENUES = (
    "village hall",
    "community centre",
    "church rooms",
    "old school",
    "cricket pavilion",
    "library",
    "Methodist hall",
)
LANGUAGES = (
    "Polish",
    "Urdu",
    "Punjabi",
    "Welsh",
    "Bengali",
    "Irish",
    "British Sign Language",
    "Portuguese",
    "Chinese",
    "Arabic",
)
