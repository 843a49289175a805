"""English beside the world's nouns: connectives, verbs, numbers, groups, parts, times, styles."""

from __future__ import annotations


def table(text: str) -> dict[str, str]:
    """'value: words, words' lines as words -> value."""
    rows = (line.split(":", 1) for line in text.strip().splitlines())
    return {words.strip(): value.strip() for value, many in rows for words in many.split(",")}


def phrases(text: str) -> tuple[str, ...]:
    """Phrases that commas part."""
    return tuple(part.strip() for part in " ".join(text.split()).split(","))


DETERMINERS = phrases(
    "a, an, the, my, your, his, her, our, their, its, this, that, these, those, each, every, any,"
    "another, single, exactly, just, only, own, same, such, other, whole, s"
)
DEFINITE = frozenset(phrases("the, this, that, these, those, his, her, its, their, same"))
ARTICLES = frozenset(phrases("a, an, the, another"))
PRONOUNS = phrases("it, them, him, her, they, he, she, itself, each other")
MODALS = frozenset(
    phrases("i, we, you, they, he, she, it, who, can, could, will, would, must, should, may, might,"
            "let, lets, to, please, cannot, don't, didn't, and then")
)  # fmt: skip
BE = phrases("is, are, was, were, be, being, been, it's, that's, they're, he's, she's")

RELATIONS = table(
    """
    left of: to the left of, left of, on the left of, on the left side of, at the left of, left from
    right of: to the right of, right of, on the right of, on the right side of, at the right of
    above: above, over, high above, high over, overhead
    on: on, on top of, on the top of, atop, upon, onto, across, aboard, on the back of, up, down
    below: below, down below, at the bottom of
    beneath: beneath, underneath
    under: under, in the shade of, in the shadow of
    in: in, inside, inside of, into, within, through, out of, in the middle of, full in
    behind: behind, in back of, at the back of, hiding behind
    in front of: in front of, before, outside, outside of
    between: between, in between, among, amongst, amid
    around: around, all around, in a circle around, standing around, round
    next to: next to, beside, by, near, close to, alongside, at, against, along, near to, nearby
    next to: right next to, opposite, across from, facing, toward, towards, past, side by side with
    next to: by the side of, at the side of, at the foot of, directly next to, from, after, beyond
    ~around: surrounded by, encircled by
    ~in: full of, filled with, containing, packed with, loaded with, that contains
    ~on: covered with, covered in, covered by, topped with, decorated with, topped by
    ~riding: ridden by, pulled by
    ~holding: held by, carried by, eaten by
    ~wearing: worn by
    next to: followed by, chased by, guarded by, watched by, attacked by, accompanied by
    """
)
"""Words -> relation; `~` where the thing named behind is the subject."""

SIDES = table(
    """
    left: on the left, at the left, on the left side, on the left hand side, to the left
    right: on the right, at the right, on the right side, on the right hand side, to the right
    top: at the top, on the top, above it all
    bottom: at the bottom, on the bottom
    middle: in the middle, in the center
    """
)

_TRANSITIVE = table(
    """
    holding: hold, carry, eat, drink, play, read, use, bring, throw, lift, wave, swing, munch, sip
    holding: nibble, chew, grab, hug tightly, wield, juggle, offer, give, blow, shake, bite, fly
    wearing: wear, put on, try on
    riding: ride, ride on, drive, steer, fly on, sit astride
    next to: kick, chase, fight, hug, feed, pet, follow, watch, push, pull, meet, kiss, catch, love
    next to: play with, guard, look at, stare at, bark at, howl at, talk to, play against, stop at, wait for
    next to: attack, hunt, protect, help, smell, sniff, touch, paint, clean, wash, fix, build, greet
    next to: point at, run after, walk with, dance with, lean on, lean against, visit, pass, milk
    next to: herd, lead, race, face, tickle, stroke, water, pick, sell, bake, cook, fight with
    next to: roll, bounce, dribble, hit, balance, serve, fish for, run from, run away from, stalk
    on: cross, climb, climb on, mount, top, cover
    above: jump over, leap over, fly over, hover over, float above, fly above, hang above
    in: enter, peek out of, jump out of, climb out of
    around: surround, circle, encircle, run around, dance around
    """
)
_INTRANSITIVE = phrases(
    "stand, sit, lie, rest, wait, stay, park, place, put, hang, float, hover, walk, run, jump, fly,"
    "swim, sleep, play, sail, drift, drive, go, come, look, live, hide, stop, move, roll, shine,"
    "glow, grow, bloom, fall, rise, set, graze, perch, nest, smile, laugh, sing, dance, wander,"
    "travel, cross, lean, relax, nap, snooze, crawl, climb, land, take off, appear, locate, situate,"
    "see, draw, spread, flow, burn, lay, enjoy, prance, stroll, gallop, trot, leap, hop, dive,"
    "glide, soar, cycle, surf, ski, skate, camp, cook, work, pose, peek, chill, hunt, sparkle, lead,"
    "howl, bark, roar, chirp, meow, cheer, hold, eat, ride, carry, drink, read, fight, bathe, nestle"
)
_FORMS = {
    "lie": "lies lay lying lain", "sit": "sits sat sitting seated", "stand": "stands stood standing",
    "fly": "flies flew flying flown", "lay": "lays laid laying", "eat": "eats ate eaten eating",
    "drink": "drinks drank drunk drinking", "hold": "holds held holding",
    "wear": "wears wore worn wearing", "ride": "rides rode ridden riding",
    "drive": "drives drove driven driving", "bring": "brings brought bringing",
    "throw": "throws threw thrown throwing", "fight": "fights fought fighting",
    "feed": "feeds fed feeding", "catch": "catches caught catching", "read": "reads reading",
    "run": "runs ran running", "swim": "swims swam swimming", "sleep": "sleeps slept sleeping",
    "sing": "sings sang sung singing", "grow": "grows grew grown growing",
    "fall": "falls fell fallen falling", "rise": "rises rose risen rising", "go": "goes went going",
    "come": "comes came coming", "hide": "hides hid hidden hiding", "hang": "hangs hung hanging",
    "put": "puts putting", "set": "sets setting", "see": "sees seen seeing", "pet": "pets petting",
    "hit": "hits hitting", "build": "builds built building", "give": "gives gave giving",
    "shake": "shakes shook shaking", "leap": "leaps leapt leaping", "take": "takes took taking",
    "meet": "meets met meeting", "blow": "blows blew blowing", "lead": "leads led leading",
    "bite": "bites bit biting", "draw": "draws drawn", "swing": "swings swung swinging",
    "dive": "dives dived diving", "try": "tries tried trying", "sell": "sells sold selling",
    "spread": "spreads spreading", "shine": "shines shone shining", "carry":
    "carries carried carrying", "visit": "visits visited visiting", "enter":
    "enters entered entering", "burn": "burns burned burnt burning", "travel":
    "travels traveled traveling", "offer": "offers offered offering", "water":
    "waters watered watering", "cover": "covers covering", "appear": "appears appeared appearing",
    "wander": "wanders wandered wandering", "hover": "hovers hovered hovering",
}  # fmt: skip
_DOUBLED = ("hug", "grab", "stop", "hop", "sip", "trot", "chill", "nap", "camp", "skip", "pat")


def _forms(verb: str) -> list[str]:
    """'chase' -> chase, chases, chased, chasing."""
    if verb in _FORMS:
        return [verb, *_FORMS[verb].split()]
    if verb.endswith("e"):
        return [verb, f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"]
    stem = verb + verb[-1] if verb in _DOUBLED and verb[-1] in "pgbt" else verb
    if verb.endswith(("ch", "sh", "ss", "s", "x")):
        return [verb, f"{verb}es", f"{verb}ed", f"{verb}ing"]
    return [verb, f"{verb}s", f"{stem}ed", f"{stem}ing"]


def _inflected(phrase: str) -> list[str]:
    verb, _, rest = phrase.partition(" ")
    return [f"{form} {rest}".strip() for form in _forms(verb)]


TRANSITIVE = {form: to for verb, to in _TRANSITIVE.items() for form in _inflected(verb)}
"""Forms of verbs -> the relation of who does it to what it is done to."""
INTRANSITIVE = frozenset(form for verb in _INTRANSITIVE for form in _inflected(verb))
WITH = phrases("with, has, have, having, had, that has, which has, who has, and with, owns, own")
AND = phrases("and, plus, as well as, along with, together with, and also, also, then, or, nor,"
              "with also, also with, and a few more, vs, versus")  # fmt: skip

COUNTS = {
    word: n
    for n, words in {
        1: "one", 2: "two, a couple of, couple of, a pair of, pair of, both, two of the",
        3: "three, a few, few, some, a few of, a handful of, trio of", 4: "four, several, quartet of",
        5: "five, a number of, a handful", 6: "six, half a dozen, half dozen", 7: "seven, many, a lot of,"
        "lots of, plenty of, numerous, loads of, tons of, a bunch of, so many, various",
        8: "eight", 9: "nine", 10: "ten",
        11: "eleven", 12: "twelve, dozen, a dozen", 13: "thirteen", 14: "fourteen", 15: "fifteen",
        16: "sixteen", 17: "seventeen", 18: "eighteen", 19: "nineteen", 20: "twenty", 30: "thirty",
        40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety",
        100: "hundred, hundreds of, dozens of, a hundred, countless", 1000: "thousand, thousands of,"
        "millions of, a thousand, million, a million, billion",
    }.items()
    for word in phrases(words)
}  # fmt: skip
MORE_THAN = phrases("more than")
UNITS = frozenset(phrases("year, years, o'clock, pm, am, km, cm, m, kg, percent, meters, feet tall,"
                          "minutes, hours, days, degrees, mm, px, pixels, times, th, st"))  # fmt: skip
GROUPS = phrases(
    "herd of, flock of, school of, swarm of, pack of, bunch of, group of, crowd of, bouquet of,"
    "row of, cluster of, collection of, line of, pile of, heap of, stack of, set of, family of,"
    "box of, bag of, sack of, boxes of, bags of, packet of, army of, pride of, colony of, shoal of, team of, band of, total of, grove of, assortment of"
)
LOOSE_GROUPS = frozenset(phrases("group of, set of, total of"))
MEASURES = phrases(
    "piece of, pieces of, slice of, slices of, plate of, plates of, portion of, loaf of, loaves of,"
    "bar of, bars of, stick of, sticks of, head of, ear of, scoop of, bit of, kind of, type of,"
    "pairs of, sort of, serving of, chunk of, helping of"
)
SEVERAL = 5

PARTS = phrases(
    "roof, beard, moustache, mustache, hair, tail, mane, fur, paw, stripes, spots, dots, whiskers,"
    "belly, chimney, porch, balcony, branches, trunk, petals, stem, sail, sails, mast, engine, face,"
    "smile, beak, claw, claws, fin, fins, scales, shell pattern, sleeves, buttons, button, laces, lace,"
    "handle, lid, frosting, icing, sprinkles, neck, arm, arms, eyebrows, freckles, braids, ponytail,"
    "headlights, bumper, windshield, pedals, tusks, hump, hooves, hoof, antennae, thorns, shutters,"
    "roofs, tails, hairs, beards, eyelashes, cheeks, toes, fingers, skin, feathers, straw, pattern,"
    "polka dots, stripe, spot, knees, shoulder, shoulders, back, chest hair, curls, lamp post top"
)
"""Parts of things, which cannot be asked for alone."""
BODY = frozenset(phrases("eye, eyes, ear, nose, mouth, tooth, hand, wing, leg, foot, tongue, brain,"
                         "muscle, feather, kiss mark, horn, bone, human heart"))  # fmt: skip
OF_BUILDINGS = frozenset(phrases("window, door, curtain, brick wall, staircase"))
OF_VEHICLES = frozenset(phrases("wheel, window, door, horn, seat, anchor"))

TIMES = table(
    """
    sunset: sunset, at sunset, at dusk, in the evening, during sunset, dusk, sunrise, dawn, at dawn
    sunset: evening, at sunrise, sundown, twilight, golden hour, the setting sun, the evening sun
    night: night, at night, in the night, by night, in the dark, midnight, nighttime, moonlit, darkness
    night: under the stars, under a starry sky, starry sky, night sky, starry night, moonlight, dark night
    night: under the starry sky, by moonlight, in the moonlight, starlit, under the moon, dark sky
    night: stars in the sky, starry, in the middle of the night, at midnight, under the night sky
    day: during the day, on a sunny day, by day, sunny, day, daytime, morning, in the morning, noon
    day: afternoon, daylight, in the sun, under the sun, in the sunshine, sunshine, under a blue sky
    day: blue sky, sunny day, sunlight, on a sunny morning, in the afternoon, at noon, bright day, clear sky
    """
)
WEATHERS = table(
    """
    rain: rain, in the rain, rainy, raining, rains, on a rainy day, while it is raining, drizzle
    rain: downpour, in heavy rain, rainy day, it is raining, pouring rain, falling rain, when it rains
    snow: while it is snowing, with falling snow, in a snowfall, snowing, snowfall, snowy, blizzard
    snow: snowstorm, it is snowing, falling snow, snow falling, snows, in a snowstorm
    fog: in the fog, in fog, on a foggy day, in the mist, fog, foggy, mist, misty, haze, hazy
    storm: in a storm, in a thunderstorm, with lightning, on a stormy day, stormy, storm, thunder
    storm: in the storm, storms, stormy day, during a storm, during a thunderstorm
    """
)
STYLES = table(
    """
    flat: in flat style, flat design, as a flat drawing, as a flat illustration, flat style
    flat: flat illustration, flat icon, flat drawing, in a flat style, as a flat icon, flat
    pencil sketch: as a pencil sketch, pencil sketch, as a pencil drawing, in pencil, pencil drawing
    pencil sketch: sketch, as a sketch, sketched, line drawing, pencil sketches, pencil style
    pixel art: in pixel art, pixel art, as pixel art, in pixel style, pixelart, 8 bit, pixel style
    pixel art: 8bit, pixelated, pixel art style, in pixel art style, pixels
    watercolour: in watercolor, as a watercolor, watercolor painting, as a watercolor painting
    watercolour: watercolor, aquarelle, watercolors, in watercolors, watercolor style, watercolour
    silhouette: as a silhouette, in silhouette, as silhouettes, silhouette, silhouettes
    3d: in 3d, in 3d style, 3d render, 3d, as a 3d render, 3d style, 3d rendering
    """
)
SIZES = table(
    """
    tiny: tiny, teeny, miniature, minuscule, microscopic, itty bitty, teeny tiny, mini, wee, very small
    small: small, smaller, smallish, petite
    little: little
    big: big, bigger, very tall, great big
    large: large, larger
    huge: huge, enormous, massive, very big, immense, really big
    giant: giant, gigantic, colossal, humongous, oversized
    """
)
TEXTURES = table(
    """
    golden: golden, gold, made of gold, made out of gold, of gold
    wooden: wooden, wood, made of wood, made out of wood, of wood
    stone: stone, made of stone, marble, made of marble, made out of stone, granite
    glass: glass, made of glass, crystal, made of crystal, made out of glass
    """
)
SPELLINGS = table(
    """
    gray: grey
    color: colour
    colored: coloured
    watercolor: watercolour
    watercolors: watercolours
    mustache: moustache
    armor: armour
    tire: tyre
    savanna: savannah
    center: centre
    harbor: harbour
    jewelry: jewellery
    pajamas: pyjamas
    traveled: travelled
    traveling: travelling
    neighbor: neighbour
    theater: theatre
    gray: greyish
    """
)
"""British spellings, as both the lexicon and what is read are looked up."""
ADJECTIVES = frozenset(
    phrases("beautiful, lovely, pretty, nice, cute, simple, funny, friendly, happy, calm, quiet,"
            "great, amazing, wonderful, gorgeous, perfect, good, adorable, sweet, cozy, plain, peaceful,"
            "tall, long, short, high, old, young, new, fresh, ripe, busy, bright, sunlit, green grassy,"
            "majestic, classic, modern, typical, normal, ordinary, real, realistic, detailed, magical,"
            "colored, tinted, hued, brave, proud, playful, sleepy, sleeping, smiling, grassy, sandy, wide, deep, open, different")
)  # fmt: skip
"""Adjectives that a drawing of the thing answers to as it is."""
# Words that are nouns behind an article alone: "well, draw a cat".
NEEDS_ARTICLE = frozenset(phrases("well, can, sweet, wind, note, cook, saw, land, home, music, light"))
# Nouns that are verbs or adjectives as often: nouns only where a noun can stand.
TWOFOLD = frozenset(
    phrases("fly, saw, well, can, cook, hug, kiss, sweet, iron, plant, guard, ring, swing, slide,"
            "dash, bang, pick, tick, wave, bow, watch, fish, duck, sink, stick, hook, lock, plug, hammer,"
            "nail, judge, pilot, coach, box, rock, shell, ski, shower, smoke, splash, shop, store, wrap,"
            "paint, park, bat, fan, bowl, book, stamp, pin, note, link, label, hose, rake, shovel, star,"
            "flies, waves, rings, rocks, swings, slides, hugs, kisses, cooks, books, watches, fire, pile,"
            "land, house, milk, ice, mail, film, camp, circle, square, spiral, wind, toast, salt, handle,"
            "record, recorder, tie, ties, drum, drums, crane, graph, server, meter, bill, pen, pickup,"
            "open, pepper, ship, train, light, sign, bank, root, mask, anchor, plaster, target, home,"
            "fries, set, seal, mop, plate, dish, sponge, sleigh, chain, chains, screw, bolt, needle, bath")
)  # fmt: skip
