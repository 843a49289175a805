"""Renderer of scenes: scenery, weather, things with shadows, in any style, at 192 or 384 pixels."""

# S picture side in pixels. The picture is 24 by 24 cells of the token grid.

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from PIL import Image

from maskgil.nano.rendering import bodies, cords, looks, states, touching, weather
from maskgil.nano.rendering.art import Art
from maskgil.nano.rendering.features import dyed
from maskgil.nano.rendering.figures import in_pose
from maskgil.nano.rendering.garments.fitted import fitted
from maskgil.nano.rendering.lettering import lettered
from maskgil.nano.rendering.regions import mask_of, part_gone, part_painted
from maskgil.nano.rendering.states.marks import turned
from maskgil.nano.rendering.states.roofs import roof_of
from maskgil.nano.world.arranging import touching as touch
from maskgil.nano.world.arranging.carried.grips import grips
from maskgil.nano.world.arranging.deeds.juggling import jugglers
from maskgil.nano.world.arranging.deeds.leading import arms_up, ties
from maskgil.nano.world.arranging.drawn_by import WINGED
from maskgil.nano.world.arranging.people.anatomy import BONY, FIGURES, figure, rows_of
from maskgil.nano.world.arranging.people.belongings import Tints, inscribed, on_a_body, tints_of
from maskgil.nano.world.arranging.people.poses import pose_of, posed
from maskgil.nano.world.arranging.stances import NO_PADS, UPRIGHT, Stance, pads_of, stances_of
from maskgil.nano.world.clusters import GRID, LAID, SEATED, TURNED, UP, Sprite, drawing_of
from maskgil.nano.world.drawn.faces import face_of, weeps
from maskgil.nano.world.drawn.garments import fit_of, fits, garments
from maskgil.nano.world.drawn.lettering import mirrored_box, writing_areas
from maskgil.nano.world.drawn.regions import WAYS, parts_told, region_of
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.nouns import PEOPLE, drawings_of, facing, noun
from maskgil.nano.world.scene import POINTING, Scene, Thing
from maskgil.nano.world.settings import place

KEPT_BYTES = 300 << 20  # of drawings, sprites and scenery that a `Renderer` keeps, each
_LOOKING_BACK = ("crow",)  # over whose shoulder its beak is seen
_Blend = tuple[np.ndarray, np.ndarray]  # colours times alpha (H, W, 3) uint8, 255 - alpha uint16


class _Cache(dict):
    """Keeps up to `kept` bytes; the oldest goes first."""

    def __init__(self, kept: int) -> None:
        super().__init__()
        self.bytes, self.kept = 0, kept

    def keep(self, key: tuple | str, value: tuple[np.ndarray, ...]) -> None:
        while self.bytes > self.kept:
            self.bytes -= sum(array.nbytes for array in self.pop(next(iter(self))))
        self[key] = value
        self.bytes += sum(array.nbytes for array in value)


class Renderer:
    """Draws scenes at one size, a multiple of 24; caches sprites and scenery."""

    def __init__(self, art: Art, *, size: int = 192, kept: int = KEPT_BYTES) -> None:
        if size % (2 * GRID):
            raise ValueError(f"size must be a multiple of {2 * GRID}, got {size}")
        self.art, self.size, self.cell = art, size, size // GRID
        self.layout = Layout(self.aspect)
        self._aspects: dict[str, float] = {}
        if art.packed:
            self._aspects = {code: w / h for code, (w, h) in art.sizes().items()}
        self._masters, self._sprites, self._scenery = (_Cache(kept) for _ in range(3))

    def aspect(self, code: str) -> float:
        """Width over height of a drawing."""
        if code not in self._aspects:
            height, width = self._master(code).shape[:2]
            self._aspects[code] = width / height
        return self._aspects[code]

    def _master(
        self, code: str, shown: str = "", who: Thing | None = None, tints: Tints = (),
        armless: tuple[int, ...] = (),
    ) -> np.ndarray:  # fmt: skip
        """A drawing, with what is `shown` in its face, parts and garments of `who` in paints."""
        name, look = (who.noun, (who.colour, who.texture)) if who else ("", (None, None))
        face, pose = face_of(drawing_of(code)) if shown else None, pose_of(code)
        clothes = tuple(each for each in tints if each[1] in garments())
        armless = armless if pose else ()
        plain_tints = tuple(each for each in tints if each not in clothes)
        tints = plain_tints if tints and drawing_of(code) == noun(name).art[0] else ()
        if pose:  # on another body clothes are drawn anew
            clothes += on_a_body(name, tints)
        altered = face or tints or clothes or armless
        key = (code, shown, tints, clothes, armless, *look) if altered else code
        if key not in self._masters:
            drawing = plain = self.art.drawing(drawing_of(code))
            for colour, part in tints:
                if region := region_of(name, part):
                    mask = mask_of(plain, region)
                    drawing = part_painted(drawing, plain, mask, colour, filled=region.filled)
            if face:
                neck = rows_of(drawing_of(code))["neck"]
                drawing = states.with_expression(drawing, face, shown, neck=neck)
            if who and any(look):
                drawing = dyed(drawing, who, code)
            if clothes and (fit := fit_of(code)):
                fitting = tuple(each for each in clothes if fits(each[1], code))
                drawing = fitted(drawing, code, fit, fitting)
            elif pose or (clothes and code.endswith(LAID)):
                rows, bony = rows_of(drawing_of(code)), drawing_of(code) in BONY
                body = pose or pose_of(posed("", "standing"))
                assert body is not None
                drawing = in_pose(drawing, rows, body, clothes, armless, bony=bony)
            if code.endswith(LAID):
                drawing = _lying(drawing, code)
            drawing = states.seated(drawing) if code.endswith(SEATED) else drawing
            drawing = np.rot90(drawing, 2 if code.endswith(TURNED) else -code.endswith(UP))
            drawing = (drawing * 255).round().astype(np.uint8)
            self._masters.keep(key, (drawing,))
        return self._masters[key][0]

    def scenery(self, scene: Scene, variant: int) -> np.ndarray:
        """What is behind the things (S, S, 3) uint8."""
        key = (scene.setting, scene.time, variant, scene.style)
        if key not in self._scenery:
            rgb = self._drawn_scenery(scene.setting, scene.time, variant)
            if scene.style != "3d":
                rgb = looks.styled(rgb.astype(np.float32) / 255, scene.style, self.cell)
                rgb = (rgb * 255).round().clip(0, 255).astype(np.uint8)
            self._scenery.keep(key, (rgb,))
        return self._scenery[key][0]

    def _drawn_scenery(self, setting: str | None, time: str, variant: int) -> np.ndarray:
        image = self.art.scenery(setting, time, variant)
        if image.width != self.size:
            image = image.resize((self.size, self.size), Image.Resampling.BOX)
        return np.asarray(image)

    def sprite(
        self, sprite: Sprite, thing: Thing, style: str, stance: Stance = UPRIGHT, tints: Tints = ()
    ) -> _Blend:
        """A thing's drawing in its cells, with its shadow, ready to be blended."""
        shadow = sprite.stands and style in ("3d", "flat", "watercolour")
        key = (
            sprite.code, sprite.width, sprite.height, thing.colour, thing.texture, shadow,
            sprite.mirrored, sprite.part, style, thing.state, stance, tints,
            thing.lettering,
        )  # fmt: skip
        if key not in self._sprites:
            canvas = self.canvas(sprite, thing, style, shadow=shadow, stance=stance, tints=tints)
            top, bottom = (round(share * len(canvas)) for share in sprite.part)
            canvas[:top] = canvas[bottom:] = 0
            rgb = (canvas[..., :3] * 255).round().astype(np.uint8)
            rest = (255 - canvas[..., 3:] * 255).round().astype(np.uint16)
            self._sprites.keep(key, (rgb, rest))
        return self._sprites[key]  # type: ignore[return-value]

    def canvas(
        self, sprite: Sprite, thing: Thing, style: str, *, shadow: bool, stance: Stance = UPRIGHT,
        tints: Tints = (),
    ) -> np.ndarray:  # fmt: skip
        """A thing's drawing (H, W, 4) float32 in its cells: colours times alpha, then alpha.

        Around one in a state are the cells of its `pads_of`.
        """
        width, height = (  # filters crash on no pixels
            max(1, round(side * self.cell)) for side in (sprite.width, sprite.height)
        )
        parts = sorted(parts_told(thing.state), key=lambda each: each[1] != "roofed")
        whole_state = None if parts else thing.state
        if pose_of(sprite.code):  # the body takes its colours from the drawing
            tints, parts = (*tints, *parts), []
        is_dyed = any(part in garments() for _, part in tints)  # who wears garments, before they do
        bare = thing if is_dyed else Thing(thing.noun)
        master = self._master(sprite.code, stance.face, bare, tints, stance.reaches)
        left, top, *size = self._fitted(sprite)
        image = Image.frombuffer("RGBa", master.shape[1::-1], master.tobytes(), "raw", "RGBa", 0, 1)
        small = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
        pixels = np.frombuffer(small.tobytes(), np.uint8).reshape(size[1], size[0], 4)
        drawing = pixels.astype(np.float32) / np.float32(255)
        drawing[..., :3] = np.minimum(drawing[..., :3], drawing[..., 3:])
        if not pose_of(sprite.code):
            sides = tuple(-side if sprite.mirrored else side for side in stance.reaches)
            drawing = touching.without_arms(drawing, sprite.code, sides)
        plain = drawing
        if not is_dyed:
            drawing = dyed(drawing, thing, sprite.code)
        for colour, part in parts:
            if colour in WAYS:
                if (gone := region_of(thing.noun, part)) and sprite.code == noun(thing.noun).art[0]:
                    drawing = part_gone(drawing, plain, gone, colour)
            elif region := self._region(thing.noun, sprite.code, part):
                mask = region[0].resize(size, Image.Resampling.BILINEAR)
                share = np.asarray(mask, np.float32) / 255
                drawing = part_painted(drawing, plain, share, colour, filled=region[1])
            elif part == "roofed":  # its red, before doors are so
                drawing = part_painted(drawing, plain, roof_of(plain), colour)
        if sprite.mirrored:
            drawing = drawing[:, ::-1]
        area = writing_areas().get(thing.noun)
        if area is not None and sprite.code == noun(thing.noun).art[0]:
            box = mirrored_box(area.box) if sprite.mirrored else area.box
            drawing = lettered(drawing, thing.lettering or area.own, area._replace(box=box))
        canvas = np.zeros((height, width, 4), np.float32)
        canvas[top : top + size[1], left : left + size[0]] = drawing
        pads = pads_of(sprite, thing, stance)
        if pads != NO_PADS:
            canvas = np.pad(canvas, (*(np.array(pads.around) * self.cell).tolist(), (0, 0)))
        if stance.lean and pads != NO_PADS:
            canvas = turned(canvas, 0, lean=stance.lean)
        waves = whole_state == "waving" and stance.reaches  # the arm shows it
        pose = pose_of(sprite.code)
        if pose is not None and pose.name == "plunging":
            whole_state = None
        if whole_state == "flying" and noun(thing.noun).category not in PEOPLE:
            whole_state = self._in_flight(sprite, thing)
        if whole_state in states.STATES and not waves:
            canvas = states.in_state(
                canvas, whole_state, ahead=stance.ahead, lifted=stance.lift > 0,
                still=stance.still or pads == NO_PADS or pose is not None,
            )  # fmt: skip
        if style != "3d":
            canvas = looks.styled(canvas, style, self.cell)
        if shadow and not stance.lift:
            _with_shadow(canvas[: len(canvas) - pads.below * self.cell], self.cell)
        return canvas

    @staticmethod
    def _in_flight(sprite: Sprite, thing: Thing) -> str | None:
        """The state that shows a bird that stands in its drawing in flight; None for others."""
        if noun(thing.noun).category != "animal" or drawing_of(sprite.code) in WINGED:
            return None
        ahead = drawing_of(sprite.code) in facing() and thing.noun not in _LOOKING_BACK
        return "winged" if ahead else "spreading wings"

    def _region(self, name: str, code: str, part: str) -> tuple[Image.Image, bool] | None:
        """Where a noun's own drawing has a part, and whether it is to be filled; None elsewhere."""
        region = region_of(name, part)
        if region is None or code != noun(name).art[0]:
            return None
        master = self._master(code).astype(np.float32) / 255
        mask = (mask_of(master, region) * 255).astype(np.uint8)
        return Image.fromarray(mask), region.filled

    def _fitted(self, sprite: Sprite) -> tuple[int, int, int, int]:
        """Left, top, width and height of a drawing within its cells, in pixels."""
        width, height = (  # filters crash on no pixels
            max(1, round(side * self.cell)) for side in (sprite.width, sprite.height)
        )
        rows, columns = self._master(sprite.code).shape[:2]
        margin = 0 if sprite.width == sprite.height == GRID else max(1, self.cell // 4)
        scale = min((width - margin) / columns, (height - margin) / rows)
        wide, tall = max(1, round(columns * scale)), max(1, round(rows * scale))
        return (width - wide) // 2, height - tall - margin // 2, wide, tall

    def draw(self, scene: Scene, seed: int | str = 0) -> np.ndarray:
        """The picture (S, S, 3) uint8; another `seed` arranges the same scene anew."""
        variant, sprites = self.layout.arranged(scene, seed)
        picture = self.scenery(scene, variant).copy()
        where = place(scene.setting)
        if scene.weather == "snow" and where.has_sky and "snow" not in where.tags:
            weather.settle(picture, scene.time, (where.horizon - 1) * self.cell)
        if scene.weather != "clear":
            weather.fall(picture, scene.weather, variant, scene.style, self.cell)
        self._blend_all(picture, sprites, scene)
        return picture

    def drawings(
        self, scene: Scene, sprites: Iterable[Sprite], grid: tuple[int, int]
    ) -> np.ndarray:
        """Sprites alone, without what is behind them.

        (H, W, 4) uint8 for a `grid` of so many cells: colours times alpha, then alpha.
        """
        picture = np.zeros((grid[0] * self.cell, grid[1] * self.cell, 4), np.uint8)
        self._blend_all(picture, list(sprites), scene)
        return picture

    def _blend_all(self, picture: np.ndarray, sprites: list[Sprite], scene: Scene) -> None:
        scene = inscribed(scene)
        stances = stances_of(scene, sprites)
        held = [(*each, 0) for each in touch.held(scene, sprites)]
        met = [*held, *((*each, 1) for each in touch.pairs(scene, sprites))]
        mounted = touch.shouldered(scene, sprites)
        tied, gripped = ties(scene, sprites), grips(scene, sprites)
        juggling, raising = jugglers(scene, sprites), arms_up(scene, sprites)
        codes = {sprite.thing: drawing_of(sprite.code) for sprite in sprites}
        for at, (sprite, stance) in enumerate(zip(sprites, stances, strict=True)):
            if not weeps(scene, sprite.thing, codes):
                self._blend(picture, sprite, scene, stance)
            for rider, carrier in mounted:
                if at == max(rider, carrier):
                    whole = replace(sprites[rider], part=(0.0, 1.0))
                    touching.straddle(
                        picture,
                        self._body(whole, scene, stances[rider]),
                        self._body(sprites[carrier], scene, stances[carrier]),
                    )
            if at in juggling:
                cords.spread_arms(picture, self._body(sprite, scene, stance))
            if sides := raising.get(at):
                points = scene.things[sprite.thing].state == POINTING
                body = self._body(sprite, scene, stance)
                cords.lift_arms(picture, body, sides, points=points)
            for grip in gripped:
                if at == max(grip.holder, grip.item):
                    one, held_up = (self._body(sprites[n], scene, stances[n]) for n in grip[:2])
                    cords.hold(picture, one, held_up, grip, side=grip.side(sprites))
            for tie in tied:
                if at == max(tie.holder, tie.other):
                    ends = [self._body(sprites[n], scene, stances[n]) for n in tie[:2]]
                    ways = sprites[tie.holder].mirrored, sprites[tie.other].mirrored
                    cords.draw_cord(picture, tie, *ends, mirrored=ways, cell=self.cell)
            for relation, left, right, side in met:
                if at == max(left, right):
                    one, other = (self._body(sprites[n], scene, stances[n]) for n in (left, right))
                    if sprites[left].thing != relation.subject:
                        one, other, side = other, one, -side
                    touching.reach(picture, relation.name, one, other, side)
                    if sign := touch.SIGNS.get(relation.name):
                        self._lay_sign(picture, sign, *touching.overhead(one, other, relation.name))
        if scene.weather == "fog":
            weather.veil(picture, scene.time)

    def _lay_sign(self, picture: np.ndarray, name: str, left: int, top: int, side: int) -> None:
        """A heart over those who kiss, notes over those who dance."""
        drawing = self._master(noun(name).art[0])
        image = Image.frombytes("RGBa", drawing.shape[1::-1], drawing.tobytes())
        small = image.resize((side, side), Image.Resampling.LANCZOS)
        flat = np.frombuffer(small.tobytes(), np.uint8).reshape(side, side, 4).copy()
        flat[..., :3] = np.minimum(flat[..., :3], flat[..., 3:])
        touching.lay(picture, flat, left, top)

    def _corner(self, sprite: Sprite, thing: Thing, stance: Stance) -> tuple[int, int]:
        """Left and bottom of what is blended for a sprite, in pixels of the picture."""
        pads = pads_of(sprite, thing, stance)
        left = round(sprite.left * self.cell) - pads.beside * self.cell
        return left, round(sprite.bottom * self.cell) + (pads.below - stance.lift) * self.cell

    def _body(self, sprite: Sprite, scene: Scene, stance: Stance) -> touching.Body:
        """A sprite whose arms are drawn, or that is touched."""
        thing, tints = scene.things[sprite.thing], tints_of(scene, sprite.thing)
        rgb, rest = self.sprite(sprite, thing, scene.style, stance, tints)
        left, bottom = self._corner(sprite, thing, stance)
        x, y, wide, tall = self._fitted(sprite)
        x += round(sprite.left * self.cell)
        y += round((sprite.bottom - sprite.height - stance.lift) * self.cell)
        alpha = (255 - rest[..., 0]).astype(np.uint8)
        corner = (left, bottom - len(rgb))
        box = x, y, wide, tall
        return touching.Body(sprite.code, box, stance.lean, rgb, alpha, corner, sprite.mirrored)

    def _blend(self, picture: np.ndarray, sprite: Sprite, scene: Scene, stance: Stance) -> None:
        """Lay a sprite over a picture (H, W, 3) uint8, or over drawings (H, W, 4)."""
        thing, tints = scene.things[sprite.thing], tints_of(scene, sprite.thing)
        rgb, rest = self.sprite(sprite, thing, scene.style, stance, tints)
        left, bottom = self._corner(sprite, thing, stance)
        if picture.shape[-1] == 4:
            rgb = np.concatenate([rgb, (255 - rest).astype(np.uint8)], -1)
        height, width = rgb.shape[:2]
        top = bottom - height
        x0, y0 = max(0, left), max(0, top)
        x1, y1 = min(picture.shape[1], left + width), min(picture.shape[0], top + height)
        if x1 <= x0 or y1 <= y0:
            return
        inside = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
        window = picture[y0:y1, x0:x1]
        mixed = window * rest[inside]
        mixed += 127
        mixed //= 255
        window[...] = mixed.astype(np.uint8) + rgb[inside]


def _lying(drawing: np.ndarray, code: str) -> np.ndarray:
    """Who lies: heads from the front stay upright, legs seen from the side are folded."""
    if figure(code) == "^":
        return bodies.lying(drawing, FIGURES["^"]["neck"])
    return states.laid(drawing, legged=drawing_of(code) in drawings_of(("animal",)))


def _with_shadow(canvas: np.ndarray, cell: int) -> None:
    """Adds a soft dark ellipse under the foot of what is drawn."""
    height = canvas.shape[0]
    solid = canvas[-max(3, cell) :, :, 3].max(0) > 0.3
    columns = np.flatnonzero(solid)
    if not len(columns):
        return
    middle, half = (columns[0] + columns[-1]) / 2, max(3.0, (columns[-1] - columns[0]) / 2 * 1.08)
    y, x = np.mgrid[0:height, 0 : canvas.shape[1]].astype(np.float32)
    tall = max(2.0, 0.34 * cell)
    distance = ((x - middle) / half) ** 2 + ((y - (height - tall)) / tall) ** 2
    shadow = 0.42 * np.clip(1.15 - distance, 0, 1) * (1 - canvas[..., 3])
    canvas[..., 3] += shadow
