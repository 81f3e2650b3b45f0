"""``python -m tests.cli.scripted score …``: the command line with a recogniser that needs no model.

``CALLQA_TEST_SECONDS``: how long it takes per channel. Everything else is real: processes, audio, policy, database.
"""

# worker processes import this module again before their own: what only the command needs is imported below
if __name__ == "__main__":
    import callqa.cli.context
    from callqa.cli import main
    from tests.cli.scripted_centre import ScriptedCentre

    callqa.cli.context.Centre = ScriptedCentre  # type: ignore[misc]
    main()
