"""Questions and answers.

A question comes in; a stream of events leaves: what is being done, the passages, the answer's text and its citations.
The finished answer is kept with everything it rests on.
"""
