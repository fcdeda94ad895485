"""AWS App Mesh: it costs nothing; what its proxies run on is charged.

Source: https://aws.amazon.com/app-mesh/pricing/
"""

from farebox.rules.service import free

FREE = free(
    "appmesh",
    {
        "App Mesh is not charged; what its proxies and services run on is": (
            "GatewayRoute Mesh Route VirtualGateway VirtualNode VirtualRouter "
            "VirtualService"
        )
    },
)
