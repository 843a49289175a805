"""Words for the settings, and what stands for a setting in another one."""

from __future__ import annotations

from maskgil.nano.reader.words import phrases, table

WORDS = table(
    """
    park: park, public park, picnic area, playground
    garden: garden, backyard, back garden, yard, back yard, front yard, orchard, gardens
    field: field, meadow, grass, lawn, pasture, prairie, countryside, grassland, fields, meadows, grasslands
    forest: forest, woods, woodland, grove, forests, woodlands, forest floor
    jungle: jungle, rainforest, rain forest, tropics, jungles
    savanna: savanna, african plain, africa, safari, steppe, african savanna
    hill: hill, hills, hillside, hilltop, hill top
    mountain: mountain, mountains, mountainside, alps, mountain top, mountaintop, mountain range
    mountain: mountain landscape, himalayas, mountain peak, valley
    desert: desert, dunes, sahara, sand dunes, deserts, dune, sand dune
    beach: beach, sand, shore, seashore, seaside, coast, beaches, sandy beach, coastline
    sea: sea, ocean, high seas, bay, harbor, water, open water, seas, oceans, open sea, marina
    underwater: underwater, seabed, ocean floor, deep sea, sea floor, sea bed
    lake: lake, lakeside, lagoon, lakes
    river: river, riverbank, stream, creek, brook, canal, river bank, rivers
    pond: pond
    road: road, highway, country road, mountain road, forest road, desert road
    street: street, sidewalk, pavement, crosswalk, alley, avenue, city street, streets, busy street
    city: city, skyline, metropolis, downtown, big city, cityscape, cities
    village: village, town, small town, old town
    farm: farm, barnyard, farmyard, ranch, farm yard
    castle: castle
    railway: railway, railroad, train tracks, tracks, railway tracks, railroad tracks
    kitchen: kitchen
    living room: living room, room, lounge, sitting room, parlor, playroom
    bedroom: bedroom, nursery, bed room
    bathroom: bathroom, restroom, washroom, bath room
    snow: snow, winter, deep snow, snowy landscape, winter landscape, snowy field, wintry landscape
    sky: sky, air, clouds
    space: space, outer space, galaxy, universe, cosmos, milky way
    moon: moon, surface of the moon, lunar surface, moon's surface
    """
)
PHRASES = table(
    """
    garden: in the backyard
    underwater: under water, under the sea, under the ocean, at the bottom of the ocean, below the sea
    underwater: deep under the sea, beneath the sea, beneath the waves, under the waves, below the waves
    sea: out of the ocean, out of the sea, by the sea, next to the sea
    city: downtown
    living room: on the wall, at home, inside the house, in the house, indoors, hanging on the wall
    mountain: with mountains behind, with a view of the mountains, mountains behind
    sky: up in the air, midair, in mid air, mid air, high up in the sky
    space: among the stars, in zero gravity
    snow: in winter, in wintertime, in the winter, on ice, on the ice, on a frozen lake
    field: on the grass, in the grass, in the countryside
    """
)
"""Phrases that need no preposition before them."""
STANDS_FOR = {
    "forest": "tree", "mountain": "mountain", "hill": "hill", "sea": "wave", "beach": "palm tree",
    "castle": "castle", "city": "skyscraper", "village": "house", "farm": "barn", "sky": "cloud",
    "desert": "cactus", "pond": "pond", "road": "road", "moon": "full moon", "jungle": "palm tree",
    "garden": "flower", "street": "street lamp", "space": "star", "railway": "rails",
}  # fmt: skip
"""Setting -> what is drawn of it where another one is the scene's."""
GENERAL = ("sky", "snow", "field", "hill", "mountain", "sea", "forest", "city", "street")
"""The settings that give way to any other, the first sooner."""
WHERE = frozenset(phrases("in, on, at, through, across, along, into, over, onto, inside, within, up, down"))
"""Prepositions behind which a thing that is a setting too is the setting."""
SKIES = frozenset(phrases("in, through, across, into, up in, high in, inside, within, flying in"))
"""Those behind which the sky is where something is, not what is over it."""
INDOORS = ("kitchen", "bathroom", "bedroom", "living room")
