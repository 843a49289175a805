"""The words of free captions: requests, small talk that says nothing of the picture."""

# None may name a colour, a number or a side: tests/maskgil/nano/reader/test_words.py checks it.

from __future__ import annotations

# {} takes "a cat next to a house"; {be} becomes "is" or "are".
REQUESTS = (
    "can you draw {}", "can you draw me {}", "can you draw {} for me", "could you draw {}",
    "could you please draw {}", "could you show me {}", "would you draw me {}", "please draw {}",
    "please draw me {}", "draw {}", "draw me {}", "draw {} please", "draw a picture of {}",
    "I would like to see {}", "I'd like to see {}", "I want to see {}", "I would like {}",
    "I would love to see {}", "I'd like a picture of {}", "I want a picture of {}", "I need {}",
    "I want {}", "show me {}", "please show me {}", "show me a picture of {}",
    "make me a picture of {}", "make a picture with {}", "make an image of {}", "paint {}",
    "paint me {}", "give me {}", "create {}", "create an image of {}", "create a picture with {}",
    "generate a picture of {}", "can I see {}", "can I have {}", "can we see {}", "let me see {}",
    "let's draw {}", "how about {}", "what about {}", "imagine {}", "I am thinking of {}",
    "I'm looking for {}", "we want to see {}", "can you make a picture of {}",
)  # fmt: skip
STATEMENTS = (
    "there {be} {}", "there {be} {}", "there {be} {}", "here {be} {}", "I see {}", "I can see {}",
    "you can see {}", "we see {}", "a picture of {}", "a drawing of {}", "an image of {}",
    "a picture with {}", "a photo of {}", "a picture that shows {}", "the picture shows {}",
    "in the picture there {be} {}", "in this picture there {be} {}", "there should be {}",
)  # fmt: skip
HELLOS = ("hello, ", "hi, ", "hey, ", "okay, ", "so, ", "well, ", "um, ", "now ", "and now ",
          "yes, ", "good, ", "oh, ")  # fmt: skip
THANKS = (", please", " please", ", thank you", ", thanks", ", if you can", " for me", ", okay")

# Long captions: a lead, a request, the scene, a tail, and further sentences where it is short.
LEADS = (
    "if it is not too much trouble", "when you have a moment", "for the story that I am telling",
    "as a surprise for a good friend of mine", "after such a long day at work",
    "I have been thinking about this for a while and", "since you are so good at drawing",
    "for our new living room", "because my daughter loves pictures so much",
    "for a project that my son is working on", "just for fun", "to be honest with you",
    "before we all go to sleep", "as a small thank you for my teacher", "you know what, today",
    "I had a strange dream last week, and because of that", "for somebody that I love very much",
    "I am not good at drawing myself, so", "while we are waiting here together",
    "hello there, I hope that you are doing well,", "for the title page of our little magazine",
    "my sister keeps asking me for it, so",
)  # fmt: skip
LONG_REQUESTS = (
    "I would love to see {}", "I would like to see {}", "I would really like a picture of {}",
    "could you please draw {} for me", "can you please draw me a picture of {}", "please draw {}",
    "I would be very happy to see {}", "I want you to draw {}", "please show me {}",
    "I was hoping to get a picture of {}", "could you make a picture that shows {}",
    "I would like you to paint {}", "imagine a picture in which there {be} {}",
    "let us make a picture with {}", "what I want to see is {}", "we would love to look at {}",
)  # fmt: skip
LONG_SCENES = (
    "I would like a picture in which {}", "please make a picture where {}",
    "could you please draw a picture where {}", "imagine that {}", "I want to see how {}",
    "the picture should show how {}", "in my story {}",
)  # fmt: skip
TAILS = (
    ", and please make it look really nice", ", with soft light and plenty of small details",
    ", because it always makes me laugh", " so that I can show it to all of my friends",
    ", just as I remember it from when I was young", " and nothing else in the picture",
    ", drawn in a simple way that everybody understands", ", and I want it calm and clear",
    ", and do not worry if it is not perfect", ", the way you would find it in a good story",
    ", thank you very much for your help", ", clean and sharp and easy to recognise",
    ", and I will print it and put it up at work", " as well as you possibly can",
    ", which would make this day so much better for all of us",
)  # fmt: skip
MORE = (
    "Please take all the time that you need for it.", "Thank you so much for doing this.",
    "That is all that I want to see.", "It would make me very happy.",
    "I really hope that you can do that.", "The whole picture should look friendly and simple.",
    "I am sure that it will turn out great.", "My whole family is already looking forward to it.",
    "Make it as beautiful as you can, please.", "There is no hurry at all.",
)  # fmt: skip
