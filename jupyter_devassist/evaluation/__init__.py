"""Measuring the library on questions whose right documents are known.

A corpus, questions and relevance judgements come in; nDCG, MRR and success rates leave.
"""
