"""How fast other archives are taken over."""
