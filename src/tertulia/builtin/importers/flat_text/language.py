"""Closed word lists that tell how readers open, join and close what they write.

English and German are kept with care; the other languages are thin and only have to do no harm. All lists are
folded (see `folding`), so apostrophes are straight and everything is in lower case.
"""


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


GREETINGS = _words(
    "hi hello hey hallo servus moin moinsen huhu guten grüß grüezi dear sehr liebe lieber liebes hola buenas bonjour",
    "salut ciao buongiorno olá oi привет здравствуйте beste geachte hej halloo",
)
# "sehr" and "guten" open a greeting only together with one of these.
GREETING_SECOND = {"sehr": _words("geehrte geehrter geehrtes"), "guten": _words("tag morgen abend")}

CLOSINGS = _words(
    "thanks thx cheers regards best greetings sincerely gruß gruss grüße grüsse lg mfg vg danke merci gracias saludos",
    "cordialement saluti obrigado groeten groetjes спасибо thank beste viele liebe mit herzliche hope",
)

# Of these only words of parting, which nobody posts alone.
FAREWELLS = _words(
    "regards greetings sincerely cheers gruß gruss grüße grüsse lg mfg vg saludos cordialement saluti groeten groetjes",
)

THANKS = _words(
    "thanks thank thx danke vielen dankeschön merci gracias grazie obrigado bedankt спасибо great nice excellent",
    "brilliant awesome amazing toller tolle super unglaublich klasse sehr bravo congratulations excelente wow",
)

ANSWERS = _words(
    "yes no yep yup nope yeah nah indeed exactly true false sure absolutely agreed right wrong correct not never",
    "nobody everyone everybody done nevermind sorry oops well hmm lol haha ja nein doch nö naja tja nun genau richtig",
    "stimmt falsch eben klar selbstverständlich natürlich ach na nicht kein blödsinn unsinn quatsch warum wieso why",
    "what how who is are do does did can could would was wer wie wo oui non si sí claro nee jawel да нет não sim",
    "really seriously obviously maybe perhaps vielleicht glaube denke i ich you du sie your dein deine only ok okay",
)

CONTINUATIONS = _words(
    "and or also additionally furthermore moreover however then finally secondly thirdly second third another other",
    "besides still therefore thus hence meanwhile otherwise again edit ps btw fwiw p und oder auch außerdem ausserdem",
    "ferner jedoch dann schließlich zweitens drittens daher deshalb deswegen somit trotzdem allerdings übrigens",
    "ansonsten denn später ebenso zudem dazu et aussi ensuite enfin cependant y además también entonces e inoltre",
    "anche poi além também depois en ook daarnaast и также потом anyway basically generally specifically first",
    "for as since given when whenever während wenn falls als im in on at with bei nach vor",
)

CONTRASTS = _words("but yet though aber sondern mais pero ma mas maar но so")

FIRST_PERSON = _words(
    "i i'm i've i'd i'll me my mine myself we we're we've our us ich mir mich mein meine meinen meiner meinem wir uns",
    "unser unsere je j'ai moi mon mes yo mí mis io mio mia eu meu minha ik mij mijn я мне меня мой мы 我",
)

SECOND_PERSON = _words(
    "you you're you've you'd you'll your yours yourself du dir dich dein deine deinen deiner ihr euch euer eure",
    "tu toi vous votre vos tú usted ustedes você jij jouw u ты вы вам ваш 你 您",
)

# Words by which readers say what ought to be.
JUDGING = _words(
    "should must ought need needs let's please hope stop shame disgusting wonder guess bet",
    "sollte sollten müsste müssten muss bitte hoffentlich schande leider wohl halt devrait debería dovrebbe deveria",
)

# Verbs and nouns by which a report says who said what.
REPORTING = _words(
    "said says told announced according stated reported spokesman spokesperson spokeswoman added confirmed declined",
    "officials ministry minister statement interview sagte sagt erklärte teilte berichtet berichtete laut zufolge",
    "sprecher sprecherin ministerium betonte bestätigte mitteilung angaben déclaré selon dit dijo según afirmó",
    "dichiarato secondo disse segundo volgens zei сообщил заявил сказал",
)

# A line that says: what follows are readers' comments. Compared as a whole line without digits and brackets.
COMMENT_HEADINGS = frozenset(
    {
        "comments",
        "comment",
        "reader comments",
        "leave a comment",
        "responses",
        "replies",
        "discussion",
        "kommentare",
        "kommentar",
        "leserkommentare",
        "diskussion",
        "antworten",
        "ergänzungen",
        "commentaires",
        "commentaire",
        "comentarios",
        "comentários",
        "commenti",
        "reacties",
        "комментарии",
        "评论",
        "thoughts on",
    }
)

# Words of the same kind: two of one kind run together are the trace of a struck word and its replacement.
SAME_KIND = (
    _words(
        "said told asked claimed admitted ordered demanded begged wanted wished hoped promised forced advised warned",
        "called named paid allowed helped invited invaded attacked killed murdered lied",
    ),
    _words(
        "bad good great terrible evil stupid crazy smart brave weak strong wrong right false true corrupt honest",
        "illegal legal criminal biased",
    ),
    _words(
        "politicians criminals leaders liars friends enemies journalists president dictator democracy oligarchy"
    ),
    _words(
        "sagte fragte bat befahl verlangte forderte behauptete erklärte meinte bettelte wollte hoffte drohte"
    ),
    _words(
        "gute schlechte dumme kluge falsche richtige ehrliche korrupte legale kriminelle freiwillige erzwungene"
    ),
)

ABBREVIATIONS = _words(
    "mr mrs ms dr prof st jr sr vs etc inc ltd co no vol pp fig eg ie approx gen lt col capt sgt rep sen gov",
    "bzw ca evtl ggf usw vgl nr str bspw inkl exkl sog abs hr fr mme mlle art",
)

# A short line with one of these and a colon announces a quotation.
ANNOUNCEMENTS = _words(
    "quote quotes quotation excerpt excerpts snippet zitat zitate auszug citation extrait cita citazione citação",
    "citaat цитата",
)
