"""Django REST framework: routers, viewsets, and what it calls of serializers, permissions and the like."""
