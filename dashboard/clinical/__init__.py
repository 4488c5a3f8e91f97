"""The definitions: from canonical tables to marts, written once as SQLAlchemy Core for every engine."""
