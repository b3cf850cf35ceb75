"""What people and the bot change: in which engine it is kept, and its tables in PostgreSQL."""
