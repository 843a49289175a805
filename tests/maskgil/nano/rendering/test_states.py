"""States of things: who runs, jumps, lies; what is broken, wet, glows."""

import numpy as np
import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.rendering.states import STATES, in_state, laid, seated
from maskgil.nano.rendering.states.cuts import CUTS
from maskgil.nano.rendering.states.panes import PANES
from maskgil.nano.rendering.states.roofs import ROOFS
from maskgil.nano.world.arranging.drawn_by import IN_MOTION
from maskgil.nano.world.arranging.people.anatomy import LYING
from maskgil.nano.world.arranging.stances import UPRIGHT, stances_of
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.clusters import LAID, SEATED, Sprite
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.scene import Thing
from maskgil.presets.load import load_collage

BIRDS = {"winged": "seagull", "spreading wings": "owl"}
HOLE = np.ones((24, 24), bool)


@pytest.mark.parametrize(
    ("said", "drawn"),
    [
        ("a dog running on the beach", "a running dog on the beach"),
        ("a running brown dog", "a running brown dog"),
        ("a cat chasing a mouse", "a running cat next to a mouse"),
        ("an ambulance rushing through the city", "a running ambulance in the city"),
        ("two children jumping in a puddle", "two jumping children on a puddle"),
        ("a girl jumping for joy", "a jumping girl"),
        ("a horse jumping over a fence", "a jumping horse above a fence in a field"),
        ("a girl bouncing a ball", "a girl next to a jumping sports ball"),
        ("a bat hanging upside down in a cave", "an upside down bat in the cave"),
        ("a broken plate", "a broken plate"),
        ("the plate is broken", "a broken plate"),
        ("a car covered in mud", "a muddy car"),
        ("a rusty old red car", "a rusty red car"),
        ("a snowy house", "a snowy house in the snow"),
        ("a snail on a wet leaf", "a snail on a wet leaf"),
        ("a glowing lantern in the dark", "a glowing lantern at night"),
        ("the moon shining over the sea", "a full moon on the sea at night"),
        ("a book lying on a table", "a book on a table"),
        ("a man lying on the grass", "a lying man in a field"),
        ("a man sitting on the grass", "a sitting man in a field"),
        ("a boy falling asleep", "a lying boy with a sleep symbol"),
        ("a boy asleep at his desk", "a boy behind a desk and the boy with a sleep symbol"),
        ("a house with snow falling", "a house while it is snowing"),
        ("a spinning windmill", "a windmill"),
        ("a goat rolling in the hay", "an upside down goat in a hay bale in a field"),
        ("two bears rolling around in the snow", "two lying bears in the snow"),
        ("a man rolling down a hill", "a lying man on a hill"),
        ("a barrel rolling down a hill", "a spinning barrel on a hill"),
        ("a boy rolling a snowball", "a boy next to a snowball"),
        ("a child sleeping in a cot",
         "a child in a crib and the child with a sleep symbol in the bedroom"),
        ("a camel walking past the pyramids", "a walking camel next to two pyramids in the desert"),
        ("a kitten playing with a ball", "a stretching kitten next to a sports ball"),
        ("two men playing chess", "a chess board on a table and the table between two men"),
        ("a boy and a dog playing in the park", "a jumping boy and a jumping dog in the park"),
        ("a boy on a sled and a dog running behind him",
         "a boy riding a sled and a running dog behind the sled in the snow"),
        ("a sinking ship", "a leaning ship"),
        ("a boy leaning on a wall", "a leaning boy next to a brick wall"),
        ("two dogs fighting", "two dogs fighting"),
        ("a man climbing a ladder", "a climbing man on a ladder"),
        ("a bear catching a fish", "a bear holding a fish"),
        ("a mirror above a bathroom sink", "a mirror above a sink in the bathroom"),
        ("a girl pulling a sled", "a walking girl next to a sled"),
        ("a tractor pulling a wagon", "a running tractor next to a wagon in a field"),
        ("an orchestra playing", "five men holding a violin"),
        ("a giant octopus attacking a ship", "a running giant octopus next to a ship on the sea"),
        ("a rhino drinking at a waterhole", "a bending rhinoceros on a pond"),
        ("a tiger lying in the tall grass",
         "a lying tiger between four grass tufts in the jungle"),
        ("a woman drinking coffee", "a drinking woman holding a cup of coffee"),
        ("a girl sitting on a bench", "a sitting girl on a bench in the park"),
        ("a man running with his dog", "a running man and a running dog"),
        ("a boy walking with his grandfather", "a walking boy next to a walking old man"),
        ("a man with his dog on a bridge",
         "a man on a bridge and a dog on the bridge by the river"),
        ("autumn trees by a river", "two autumn trees by the river"),
        ("a red kite in a blue sky", "a red kite in the sky"),
        ("a girl with three balloons", "a girl holding three balloons"),
        ("a house at the top of a hill", "a house on a hill"),
        ("a woman walking her dog", "a walking woman next to a walking dog"),
        ("a wizard with a pointed hat", "a wizard wearing a pointed hat"),
        ("a superhero flying over the city", "a flying superhero above a cloud in the city"),
        ("a witch flying on a broom", "a witch riding a broom"),
        ("a bird flying over a house", "a flying bird above a house"),
        ("a unicorn in a meadow full of flowers", "a unicorn in the flower meadow"),
        ("eight green bottles on a wall", "eight green bottles on a brick wall"),
        ("a ninja on a rooftop at night", "a ninja on the rooftop at night"),
        ("a lorry on a motorway", "a truck on the road"),
        ("a blue whale jumping out of the ocean", "a jumping blue whale on the sea"),
        ("a rabbit jumping out of a box", "a jumping rabbit in a box"),
        ("a broken heart", "a broken heart"),
        ("dancing bears", "two dancing bears with musical notes"),
        ("two dogs and running horses in a field", "two dogs and two running horses in a field"),
        ("a man running", "a running man"),
        ("a wet muddy dog", "a wet dog"),
        ("a hot cup of coffee", "a hot cup of coffee"),
        ("a chubby cat", "a fat cat"),
        ("a skinny man", "a thin man"),
        ("a fuzzy rabbit", "a fluffy rabbit"),
        ("a shaggy dog", "a hairy dog"),
        ("a tree in the wind", "a windblown tree"),
    ],
)  # fmt: skip
def test_states_are_read(said, drawn):
    assert canonical(read_scene(said).scene) == drawn
    assert canonical(read_scene(drawn).scene) == drawn


def test_a_second_state_is_told_to_be_left_out():
    assert read_scene("a wet muddy dog").left_out == ("muddy",)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("shape", [(90, 60), (60, 90)])
def test_a_state_is_seen(state, shape):
    drawing = np.zeros((120, 150, 4), np.float32)
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    drawing[20 : 20 + shape[0], 30 : 30 + shape[1], :3] = (
        0.3 + 0.3 * (rows > 30) + 0.2 * (columns > 20)
    )[..., None]
    drawing[20 : 20 + shape[0], 30 : 30 + shape[1], 3] = 1
    if state in (*ROOFS, *PANES):
        drawing[..., 1:3] *= 0.2  # a red one
    before = drawing.copy()
    found = in_state(drawing, state)
    assert found.shape == drawing.shape and np.array_equal(drawing, before)
    assert found.min() >= 0 and (found[..., :3] <= found[..., 3:] + 1e-6).all()
    assert found[..., 3].max() <= 1
    assert (np.abs(found - drawing).max(-1) > 0.1).mean() > 0.008


def test_who_jumps_has_nothing_at_the_legs_but_a_shadow_on_the_ground():
    drawing = np.zeros((120, 150, 4), np.float32)
    drawing[20:80, 30:120] = 0.5
    assert np.array_equal(in_state(drawing, "jumping", still=True, lifted=False), drawing)
    lifted = in_state(drawing, "jumping", still=True)
    assert np.array_equal(lifted[:110], drawing[:110]) and lifted[110:, :, 3].max() > 0.2


def test_an_unknown_state_is_told():
    with pytest.raises(ValueError, match="unknown state 'sleepy'; choose from running"):
        in_state(np.zeros((8, 8, 4), np.float32), "sleepy")


def test_who_lies_is_on_the_side_or_has_the_legs_folded():
    assert laid(np.ones((80, 40, 4), np.float32)).shape[:2] == (40, 80)
    height, width = laid(np.ones((60, 80, 4), np.float32)).shape[:2]
    assert width == 80 and height < 50
    assert laid(np.ones((80, 60, 4), np.float32), legged=True).shape[1] == 60


@pytest.mark.parametrize("state", [state for state in STATES if state != "upside down"])
def test_what_is_drawn_is_in_its_state(state):
    told = dict.fromkeys(CUTS, "apple") | dict.fromkeys(ROOFS, "house")
    told |= dict.fromkeys(PANES, "window") | {"hot": "pizza"}
    collage, noun = load_collage(), told.get(state, BIRDS.get(state, "dog"))
    said = "flying" if state in BIRDS else state
    plain, told = (
        collage.of(read_scene(f"a {words}{noun}").scene, 0, HOLE) for words in ("", f"{said} ")
    )
    assert not np.array_equal(plain, told)


def _top_of(collage, text, thing):
    scene = read_scene(text).scene
    sprites = [
        s for s in collage.layout.arranged(scene, 0)[1] if scene.things[s.thing].noun == thing
    ]
    stances = dict(
        zip(
            collage.layout.arranged(scene, 0)[1],
            stances_of(scene, collage.layout.arranged(scene, 0)[1]),
            strict=True,
        )
    )
    return [stances[sprite] for sprite in sprites]  # fmt: skip


def test_who_jumps_leaves_the_ground_with_what_is_worn():
    collage = load_collage()
    (dog,), (hat,) = (_top_of(collage, "a jumping dog wearing a hat", n) for n in ("dog", "hat"))
    assert dog.lift == hat.lift > 0 and dog.still
    (alone,) = _top_of(collage, "a jumping dog", "dog")
    assert alone.lift > 0 and not alone.still
    assert _top_of(collage, "a dog wearing a hat", "dog") == [UPRIGHT]
    (above,) = _top_of(collage, "a jumping dog above a fence", "dog")
    assert above.lift == 0


def test_what_is_drawn_of_who_jumps_is_higher():
    collage = load_collage()
    lowest = []
    for text in ("a jumping frog wearing a hat", "a frog wearing a hat"):
        scene = read_scene(text).scene
        sheet = collage.of(scene, 0, HOLE).swapaxes(1, 2)  # (h, P, w, P, 4)
        colours = sheet[..., :3].reshape(sheet.shape[0] * sheet.shape[1], -1, 3).astype(int)
        frog = colours[..., 1] > np.maximum(colours[..., 0], colours[..., 2]) + 40  # it is green
        lowest.append(np.flatnonzero(frog.any(1)).max())
    assert lowest[0] <= lowest[1] - collage.renderer.cell


def test_who_chases_goes_towards_who_is_chased():
    layout = load_collage().layout
    scene = read_scene("a boy chasing a girl").scene
    for seed in range(4):
        sprites = layout.arranged(scene, seed)[1]
        boy, girl = (next(s for s in sprites if s.thing == n) for n in (0, 1))
        stance = stances_of(scene, sprites)[sprites.index(boy)]
        assert stance.ahead == (1 if girl.middle > boy.middle else -1)


@pytest.mark.parametrize("name", IN_MOTION)
def test_who_runs_is_on_their_feet_but_sits_to_wear_a_hat(name):
    layout = load_collage().layout
    codes = []
    for text in (f"a running {name}", f"a {name}", f"a running {name} wearing a hat"):
        sprites = layout.arranged(read_scene(text).scene, 0)[1]
        codes.append(next(s.code for s in sprites if s.thing == 0))
    assert codes[0] == IN_MOTION[name] and IN_MOTION[name] not in codes[1:]


def test_who_pulls_a_rabbit_out_of_a_hat_goes_nowhere():
    found = read_scene("a magician pulling a rabbit out of a hat")
    assert found.left_out == () and found.scene.things[0].state is None


@pytest.mark.parametrize("text", ["a lying man", "a lying horse", "a lying cat on a sofa"])
def test_who_lies_is_wider(text):
    collage = load_collage()
    shapes = []
    for told in (text, text.replace("lying ", "")):
        sprites = collage.layout.arranged(read_scene(told).scene, 0)[1]
        one = next(sprite for sprite in sprites if sprite.thing == 0)
        shapes.append(one.width / one.height)
        assert one.code.endswith(LAID) == ("lying" in told)
    assert shapes[0] > shapes[1]


@pytest.mark.parametrize("name", ["dog", "cat", "lion", "wolf", "fox", "bear", "rabbit", "moose"])
def test_an_animal_that_lies_keeps_its_head_up(name):
    renderer = load_collage().renderer
    up, lying = (renderer._master(noun(name).art[0] + end) for end in ("", LAID))
    assert lying.shape[1] > 1.1 * lying.shape[0]
    sideways = np.abs(lying.shape[1] / lying.shape[0] - up.shape[0] / up.shape[1])
    assert sideways > 0.1, "it is turned on its side"


def test_who_lies_has_a_hat_on_the_head_and_no_coat():
    layout = load_collage().layout
    for seed in range(4):
        scene = read_scene("a cat with a hat lying on the grass").scene
        cat, hat = (
            next(s for s in layout.arranged(scene, seed)[1] if s.thing == n) for n in (0, 1)
        )
        aside = 1 - LYING["middle"] if cat.mirrored else LYING["middle"]
        assert cat.code.endswith(LAID) and cat.width > cat.height
        assert abs(hat.middle - cat.left - aside * cat.width) <= 1
        assert hat.bottom < cat.bottom - cat.height / 2
    assert read_scene("a dog with a coat lying on the grass").scene.things[0].state is None


def test_who_sits_has_the_legs_bent_and_who_pushes_the_handle():
    assert seated(np.ones((100, 40, 4), np.float32)).shape[:2] == (78, 40)
    layout = load_collage().layout
    for text, ends in (("a boy waving on a bench", True), ("a boy waving", False)):
        boy = next(s for s in layout.arranged(read_scene(text).scene, 0)[1] if s.thing == 0)
        assert boy.code.endswith(SEATED) == ends
    scene = read_scene("a gardener pushing a wheelbarrow").scene
    for seed in range(6):
        both = {s.thing: s for s in layout.arranged(scene, seed)[1]}
        assert both[1].mirrored == (both[0].middle < both[1].middle)


def test_balloons_of_one_hand_are_all_seen():
    scene = read_scene("a girl holding three balloons").scene
    sprites = load_collage().layout.arranged(scene, 0)[1]
    balloons = [s for s in sprites if s.thing == 1]
    assert len({(s.left, s.bottom) for s in balloons}) == len(balloons) == 3


def test_who_is_upside_down_touches_the_ground_where_its_feet_were():
    drawing = np.zeros((40, 40, 4), np.float32)
    drawing[20:32, 10:30] = 1
    drawing[28:32, 10:30, 0] = 0
    found = in_state(drawing, "upside down")
    assert np.array_equal(found[..., 3], drawing[..., 3])
    assert np.array_equal(found[20:24], drawing[28:32][::-1])


@pytest.mark.parametrize("name", ["zebra", "horse", "deer", "giraffe", "llama"])
@pytest.mark.parametrize("ahead", [-1, 1])
def test_who_grazes_has_a_head_no_higher_than_the_back(name, ahead):
    code = noun(name).art[0]
    master = load_collage().renderer.canvas(
        Sprite(0, code, 0, 12, 12, 12, mirrored=ahead > 0), Thing(name), "3d", shadow=False
    )
    drawing = np.pad(master, ((8, 8), (32, 32), (0, 0)))
    found = in_state(drawing, "bending", ahead=ahead)
    if ahead > 0:
        drawing, found = drawing[:, ::-1], found[:, ::-1]

    def crown(of):
        columns = np.flatnonzero((of[..., 3] > 0.5).any(0))
        front = of[:, : columns[0] + len(columns) // 4, 3] > 0.5
        return np.flatnonzero(front.any(1))[0]

    tall = np.ptp(np.flatnonzero((drawing[..., 3] > 0.5).any(1)))
    assert crown(found) - crown(drawing) > 0.2 * tall
    feet = [np.flatnonzero((of[..., 3] > 0.5).any(1))[-1] for of in (drawing, found)]
    assert abs(feet[0] - feet[1]) <= 2
