"""Small sets of our own: notes of a riding stable, with questions. No set here was looked at while fusion was tuned.

Each line is a text and a question it answers; questions mostly use other words than the texts.
"""

from __future__ import annotations

from tests.benchmarks.retrieval_sets import RetrievalSet

_LINES = {
    "en": """
The farrier comes every six weeks to trim the hooves and fit new shoes. | How often are the horses shod?
Hay is stored in the northern barn, away from the workshop, because of the danger of fire. | Where do we keep the dried grass?
In winter the water troughs freeze, so a small electric heater is switched on below two degrees. | What stops the drinking water from turning to ice?
The oldest mare, Isar, is twenty-nine and no longer carries riders. | Which animal is retired?
Lessons for beginners take place on Tuesday and Thursday afternoons in the small arena. | When can someone who has never ridden learn it?
The insurance covers injuries of riders, but not the theft of saddles. | Are stolen saddles paid for?
Oats are given sparingly; too much of them makes a horse restless and ill. | Why should one not feed a lot of grain?
A vet examined all foals in April and found no sign of influenza. | Was any young horse sick with the flu in spring?
The fence along the road was replaced after a storm tore three posts out. | What damage did the wind do?
Visitors park behind the chestnut trees; the yard is kept free for the fire brigade. | Where should guests leave their cars?
The accounts are closed on the last working day of each quarter by the bookkeeper. | Who finishes the books, and when?
Manure is collected by a neighbour who grows mushrooms. | What happens to the dung?
Dogs must be on a lead, for two geldings are afraid of them. | May I let my dog run freely?
The well behind the stable is forty metres deep and has never run dry. | How deep does our water come from?
""",
    "fr": """
Le maréchal-ferrant vient toutes les six semaines pour parer les sabots et poser de nouveaux fers. | À quelle fréquence les chevaux sont-ils ferrés ?
Le foin est entreposé dans la grange du nord, loin de l'atelier, à cause du risque d'incendie. | Où garde-t-on le foin ?
En hiver les abreuvoirs gèlent, et un petit chauffage électrique se met en marche. | Que se passe-t-il quand les abreuvoirs gèlent en hiver ?
La plus vieille jument, Isar, a vingt-neuf ans et ne porte plus de cavaliers. | Quelle jument ne porte plus de cavaliers ?
Les cours pour débutants ont lieu le mardi et le jeudi dans le petit manège. | Quels jours ont lieu les cours pour débutants ?
L'assurance couvre les blessures des cavaliers, mais pas le vol des selles. | L'assurance couvre-t-elle le vol d'une selle ?
Le fumier est ramassé par un voisin qui cultive des champignons. | Qui ramasse le fumier ?
Le puits derrière l'écurie a quarante mètres de profondeur et n'a jamais tari. | Quelle est la profondeur du puits ?
Les visiteurs se garent derrière les châtaigniers ; la cour reste libre pour les pompiers. | Où se garent les visiteurs ?
Un vétérinaire a examiné tous les poulains en avril sans trouver de signe de grippe. | Que cherchait le vétérinaire chez les poulains ?
""",
    "es": """
El herrador viene cada seis semanas para recortar los cascos y poner herraduras nuevas. | ¿Cada cuánto se ponen herraduras nuevas?
El heno se guarda en el granero del norte, lejos del taller, por el peligro de incendio. | ¿Dónde se guarda el heno?
En invierno los abrevaderos se congelan y se enciende una pequeña estufa eléctrica. | ¿Qué se enciende cuando se congelan los abrevaderos?
La yegua más vieja, Isar, tiene veintinueve años y ya no lleva jinetes. | ¿Cuántos años tiene la yegua más vieja?
Las clases para principiantes son los martes y los jueves en la pista pequeña. | ¿Cuándo son las clases para principiantes?
El seguro cubre las lesiones de los jinetes, pero no el robo de las sillas de montar. | ¿Cubre el seguro el robo de una silla?
El estiércol lo recoge un vecino que cultiva setas. | ¿Quién recoge el estiércol?
El pozo detrás del establo tiene cuarenta metros de profundidad y nunca se ha secado. | ¿Qué profundidad tiene el pozo?
Los visitantes aparcan detrás de los castaños; el patio queda libre para los bomberos. | ¿Dónde aparcan los visitantes?
Una veterinaria examinó a todos los potros en abril y no encontró señales de gripe. | ¿Qué encontró la veterinaria en los potros?
""",
    "pl": """
Kowal przyjeżdża co sześć tygodni, żeby przyciąć kopyta i założyć nowe podkowy. | Jak często kowal zakłada nowe podkowy?
Siano leży w północnej stodole, z dala od warsztatu, z powodu zagrożenia pożarem. | Gdzie leży siano?
Zimą poidła zamarzają, więc włącza się mały grzejnik elektryczny. | Co się włącza, gdy poidła zamarzają?
Najstarsza klacz, Isar, ma dwadzieścia dziewięć lat i nie nosi już jeźdźców. | Ile lat ma najstarsza klacz?
Lekcje dla początkujących odbywają się we wtorki i czwartki na małej ujeżdżalni. | Kiedy odbywają się lekcje dla początkujących?
Ubezpieczenie obejmuje urazy jeźdźców, ale nie kradzież siodeł. | Czy ubezpieczenie obejmuje kradzież siodła?
Obornik zabiera sąsiad, który uprawia pieczarki. | Kto zabiera obornik?
Studnia za stajnią ma czterdzieści metrów głębokości i nigdy nie wyschła. | Jak głęboka jest studnia za stajnią?
Goście parkują za kasztanami; podwórze jest wolne dla straży pożarnej. | Gdzie parkują goście?
Weterynarz zbadał w kwietniu wszystkie źrebięta i nie znalazł śladów grypy. | Czego nie znalazł weterynarz u źrebiąt?
""",
    "el": """
Ο πεταλωτής έρχεται κάθε έξι εβδομάδες για να κόψει τις οπλές και να βάλει νέα πέταλα. | Κάθε πότε βάζει νέα πέταλα ο πεταλωτής;
Το σανό φυλάσσεται στον βόρειο αχυρώνα, μακριά από το εργαστήριο, λόγω κινδύνου πυρκαγιάς. | Πού φυλάσσεται το σανό;
Τον χειμώνα οι ποτίστρες παγώνουν και ανάβει μια μικρή ηλεκτρική θερμάστρα. | Τι ανάβει όταν παγώνουν οι ποτίστρες;
Η πιο γριά φοράδα, η Ίσαρ, είναι είκοσι εννέα ετών και δεν κουβαλά πια αναβάτες. | Πόσων ετών είναι η πιο γριά φοράδα;
Τα μαθήματα για αρχάριους γίνονται Τρίτη και Πέμπτη στη μικρή πίστα. | Πότε γίνονται τα μαθήματα για αρχάριους;
Η ασφάλεια καλύπτει τραυματισμούς αναβατών, αλλά όχι την κλοπή σέλας. | Καλύπτει η ασφάλεια την κλοπή σέλας;
Την κοπριά τη μαζεύει ένας γείτονας που καλλιεργεί μανιτάρια. | Ποιος μαζεύει την κοπριά;
Το πηγάδι πίσω από τον στάβλο έχει βάθος σαράντα μέτρα και δεν στέρεψε ποτέ. | Τι βάθος έχει το πηγάδι;
Οι επισκέπτες παρκάρουν πίσω από τις καστανιές· η αυλή μένει ελεύθερη για την πυροσβεστική. | Πού παρκάρουν οι επισκέπτες;
Ένας κτηνίατρος εξέτασε όλα τα πουλάρια τον Απρίλιο και δεν βρήκε ίχνος γρίπης. | Τι δεν βρήκε ο κτηνίατρος στα πουλάρια;
""",
}  # fmt: skip
LANGUAGES = tuple(_LINES)


def own_set(language: str = "en") -> RetrievalSet:
    """Return our own set in a language."""
    pairs = [line.split(" | ") for line in _LINES[language].strip().splitlines()]
    texts = {f"note-{place}": text for place, (text, _question) in enumerate(pairs)}
    questions = {f"question-{place}": question for place, (_text, question) in enumerate(pairs)}
    relevant = {f"question-{place}": {f"note-{place}": 1} for place in range(len(pairs))}
    return RetrievalSet(f"own {language}", language, texts, questions, relevant)
