"""A site of one page behind the middleware with which Django caches whole pages."""
