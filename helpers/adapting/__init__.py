"""Part V, first half: a trained model is made to do something else, and what that costs is measured."""
