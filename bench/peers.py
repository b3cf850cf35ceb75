"""Other engines on the same words: tantivy and bm25s, given tokens that our own engine would index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import bm25s
import tantivy

TANTIVY_HEAP = 200_000_000


class Tantivy:
    """tantivy over documents whose fields are lists of words; a field's boost weighs its matches."""

    def __init__(self, boosts: Mapping[str, float], *, path: Path | None = None) -> None:
        builder = tantivy.SchemaBuilder().add_text_field("id", stored=True, tokenizer_name="raw")
        for name in boosts:
            builder = builder.add_text_field(name, tokenizer_name="words")
        self._schema = builder.build()
        self._boosts = boosts
        self._index = tantivy.Index(self._schema, path=str(path) if path else None)
        words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer("words", words)

        self._writer = self._index.writer(TANTIVY_HEAP, 2)

    def add(self, documents: Iterable[tuple[str, Mapping[str, str]]]) -> None:
        """Index documents, each an id and the words of its fields separated by spaces."""
        for key, fields in documents:
            document = tantivy.Document(id=[key], **{name: [text] for name, text in fields.items()})
            self._writer.add_document(document)

    def finish(self) -> None:
        """Take no more documents, wait until they are merged, and be ready to search."""
        self._writer.commit()
        self._writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, words: Sequence[str], *, every: bool, limit: int = 10) -> list[str]:
        """Ids of the best documents that hold `words`: each of them (`every`) or any."""
        if not words:
            return []
        occur = tantivy.Occur.Must if every else tantivy.Occur.Should
        query = tantivy.Query.boolean_query([(occur, self._word(word)) for word in words])
        hits = self._searcher.search(query, limit, count=False).hits
        return [self._searcher.doc(address)["id"][0] for _, address in hits]

    def _word(self, word: str) -> tantivy.Query:
        fields = (
            tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, name, word), boost)
            for name, boost in self._boosts.items()
        )
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, field) for field in fields])


class Bm25s:
    """bm25s (Lucene's BM25) over documents given as lists of words."""

    def __init__(self, documents: Sequence[tuple[str, Sequence[str]]]) -> None:
        self._keys = [key for key, _ in documents]
        self._model = bm25s.BM25()
        self._model.index([list(words) for _, words in documents], show_progress=False)

    def search(self, words: Sequence[str], limit: int = 10) -> list[str]:
        """Ids of the documents that score best for any of `words`."""
        if not words:
            return []
        places, scores = self._model.retrieve([list(words)], k=limit, show_progress=False)
        return [self._keys[place] for place, score in zip(places[0], scores[0], strict=True) if score > 0]
