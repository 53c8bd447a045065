"""Part V, chapter 18: a trained model is made to do something else. What that costs is measured."""
